import type { Problem } from '../../client/contract-types';
import { createRetryBudget, retryAfterMs, waitBeforeRetry } from '../../client/retry-policy';

/**
 * Requests of the widget, with the retry rules of the TypeScript client (client/retry-policy.ts):
 * at most three tries, waits that double, and a budget that an outage cannot exceed. The whole
 * client would take two fifths of the widget's size.
 *
 * Failure: throws ApiError; `status` is null when nobody answered.
 */
const TIMEOUT_MS = 8_000;

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number | null,
    readonly problem: Partial<Problem> | null,
  ) {
    super(problem?.detail ?? problem?.title ?? 'No answer');
  }
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: object;
}

export interface WidgetApi {
  readonly base: string;
  json<Result>(call: Call): Promise<Result>;
  text(call: Call): Promise<string>;
}

export function createWidgetApi(base: string): WidgetApi {
  const budget = createRetryBudget();

  async function send(call: Call): Promise<Response> {
    budget.earn();
    for (let tries = 1; ; tries += 1) {
      const answer = await tryOnce(base, call);
      if (answer?.ok) return answer;
      const status = answer?.status ?? null;
      const askedMs = answer ? retryAfterMs(answer.headers, Date.now()) : 0;
      const waitMs = waitBeforeRetry(tries, status, askedMs, Math.random());
      if (waitMs === null || !budget.spend()) throw new ApiError(status, await readProblem(answer));
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  return {
    base,
    json: async (call) => (await send(call)).json(),
    text: async (call) => (await send(call)).text(),
  };
}

async function tryOnce(base: string, call: Call): Promise<Response | null> {
  const { method = 'GET', path, headers = {}, body } = call;
  try {
    return await fetch(base + path, {
      method,
      headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
      body: body ? JSON.stringify(body) : null,
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    return null;
  }
}

async function readProblem(answer: Response | null): Promise<Partial<Problem> | null> {
  try {
    return answer && (await answer.json());
  } catch {
    return null;
  }
}
