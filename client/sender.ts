import { wait } from './abortable.ts';
import * as forms from './answer-forms.ts';
import type { Problem } from './contract-types.ts';
import { type Answer, exchange } from './exchange.ts';
import { type RetryBudget, retryAfterMs, waitBeforeRetry } from './retry-policy.ts';
import { StarlingError, unsendable } from './starling-error.ts';

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: object;
  idempotencyKey?: string;
  /** Checks a successful answer. */
  form: forms.Form;
  /** It counts once per actor, so it carries `Starling-Actor`. */
  isPersonal?: true;
}

export type Outcome<Result> = { result: Result } | { failure: Failure };

interface Failure {
  /** null: there was no usable answer. */
  status: number | null;
  problem: Problem | null;
  retryAfterMs: number;
  message: string;
  cause?: Error;
}

export interface SenderOptions {
  base: string;
  timeoutMs: number;
  budget: RetryBudget;
  /** The headers of a call, the same for all of its tries. */
  headersOf(call: Call, signal: AbortSignal | undefined): Promise<Record<string, string>>;
}

export interface Sender {
  /**
   * Tries until there is an answer, or until the retry policy or the budget ends it.
   *
   * @throws StarlingError after the last try; the signal's reason when the caller aborted
   */
  send<Result>(call: Call, signal: AbortSignal | undefined): Promise<Result>;
  /** One try. @throws the signal's reason when the caller aborted */
  tryOnce<Result>(
    call: Call,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<Result>>;
}

export function createSender({ base, timeoutMs, budget, headersOf }: SenderOptions): Sender {
  async function send<Result>(call: Call, signal: AbortSignal | undefined): Promise<Result> {
    const headers = await headersOf(call, signal);
    for (let tries = 1; ; tries += 1) {
      const outcome = await tryOnce<Result>(call, headers, signal);
      if ('result' in outcome) return outcome.result;
      const { status, retryAfterMs: askedMs, problem, message, cause } = outcome.failure;
      const waitMs = waitBeforeRetry(tries, status, askedMs, Math.random());
      if (waitMs === null || !budget.spend())
        throw new StarlingError(message, status, problem, tries, cause && { cause });
      await wait(waitMs, signal);
    }
  }

  async function tryOnce<Result>(
    call: Call,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<Result>> {
    const body = call.body === undefined ? null : toJson(call.body);
    try {
      const answer = await exchange(
        base + call.path,
        { method: call.method, headers, body },
        timeoutMs,
        signal,
      );
      if (!answer.isSuccess) return { failure: refusal(answer) };
      if (!call.form(answer.json))
        throw new Error(`${answer.status} with JSON that does not match the contract`);
      return { result: answer.json as Result };
    } catch (error) {
      signal?.throwIfAborted();
      const cause = error as Error;
      const message = `No answer: ${cause.message}`;
      return { failure: { status: null, problem: null, retryAfterMs: 0, message, cause } };
    }
  }

  return { send, tryOnce };
}

function refusal({ status, headers, json }: Answer): Failure {
  const problem = forms.problem(json) ? (json as Problem) : null;
  const words = problem?.detail ?? problem?.title ?? 'No reason given';
  return {
    status,
    problem,
    retryAfterMs: retryAfterMs(headers, Date.now()),
    message: `${status}: ${words}`,
  };
}

function toJson(body: object): string {
  try {
    return JSON.stringify(body);
  } catch (error) {
    throw unsendable('The body cannot be written as JSON', error);
  }
}
