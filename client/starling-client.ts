import { type ActorStorage, createActorToken } from './actor-token.ts';
import type {
  ActorReceipt,
  Problem,
  Report,
  ReportReceipt,
  Review,
  ReviewDraft,
  ReviewPage,
  Summaries,
  Summary,
  Vote,
  VoteCounts,
} from './contract-types.ts';
import { createRetryBudget, waitBeforeRetry } from './retry-policy.ts';
import { createSummaryBatch } from './summary-batch.ts';

export type * from './contract-types.ts';

/**
 * A client of Starling for Node and browsers, without dependencies: typed from the contract, patient with refusals and outages,
 * and sparing with requests. docs/client.md shows how to use it.
 */
export interface StarlingClient {
  listReviews(productId: string, query?: ListQuery, options?: CallOptions<ReviewPage>): Promise<ReviewPage>;
  readReview(productId: string, reviewId: number, options?: CallOptions<Review>): Promise<Review>;
  /** Calls of one turn of the event loop make one request. */
  summary(productId: string, options?: CallOptions<Summary>): Promise<Summary>;
  /** Safe to repeat: every try carries the same Idempotency-Key. */
  submitReview(productId: string, draft: ReviewDraft, options?: WriteOptions<Review>): Promise<Review>;
  vote(
    productId: string,
    reviewId: number,
    vote: Vote,
    options?: WriteOptions<VoteCounts>,
  ): Promise<VoteCounts>;
  withdrawVote(productId: string, reviewId: number, options?: WriteOptions<VoteCounts>): Promise<VoteCounts>;
  report(
    productId: string,
    reviewId: number,
    report: Report,
    options?: WriteOptions<ReportReceipt>,
  ): Promise<ReportReceipt>;
}

export interface StarlingClientOptions {
  /** Where the API is, such as `https://reviews.example.com`. */
  baseUrl: string;
  /** Of an API client; not for browsers, where everybody can read it. */
  key?: string;
  /**
   * Who votes and reports: with a `key`, the store's opaque name of its shopper; without one, a token of `POST /v1/actors`. Without a
   * `key` and an `actor`, the client fetches a token when it first votes or reports, and keeps it.
   */
  actor?: string;
  /** Where that token is kept; by default in `localStorage`, or in memory where there is none. */
  actorStorage?: ActorStorage;
  /** How long one try may take. */
  timeoutMs?: number;
}

export interface CallOptions<Result> {
  signal?: AbortSignal;
  /** What to return when all tries have failed. It is not asked when the caller aborts. */
  fallback?: (error: StarlingError) => Result | Promise<Result>;
}

export interface WriteOptions<Result> extends CallOptions<Result> {
  /** For a write that the caller itself may repeat later; by default each call has one of its own. */
  idempotencyKey?: string;
}

export interface ListQuery {
  sort?: 'relevant' | 'newest' | 'oldest' | 'highest' | 'lowest' | 'helpful';
  limit?: number;
  /** `next_cursor` of the page before. */
  cursor?: string;
  rating?: readonly number[];
  has_photos?: boolean;
  verified?: boolean;
  locale?: string;
}

/** A request that did not succeed, after all tries. */
export class StarlingError extends Error {
  override readonly name = 'StarlingError';

  constructor(
    message: string,
    /** Of the last answer; null: there was none. */
    readonly status: number | null,
    /** What the service said. */
    readonly problem: Problem | null,
    readonly tries: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: object;
  idempotencyKey?: string;
  /** It counts once a person. */
  isPersonal?: true;
}

const TIMEOUT_MS = 5_000;

export function createStarlingClient(options: StarlingClientOptions): StarlingClient {
  const base = options.baseUrl.replace(/\/+$/, '');
  const budget = createRetryBudget();

  async function send<Result>(call: Call, { signal, fallback }: CallOptions<Result> = {}): Promise<Result> {
    budget.earn();
    try {
      return await sendPatiently<Result>(call, signal);
    } catch (error) {
      if (fallback && error instanceof StarlingError) return await fallback(error);
      throw error;
    }
  }

  async function sendPatiently<Result>(call: Call, signal: AbortSignal | undefined): Promise<Result> {
    const headers = { ...headersOf(call), ...(await actorOf(call, signal)) };
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      const outcome = await tryOnce(call, headers, signal);
      if (outcome instanceof Response && outcome.ok) return (await outcome.json()) as Result;
      const response = outcome instanceof Response ? outcome : null;
      const retryAfter = response?.headers.get('retry-after') ?? null;
      const waitMs = waitBeforeRetry(tries, response?.status ?? null, retryAfter, Math.random());
      if (waitMs === null || !budget.spend()) throw await toError(outcome, tries);
      await response?.body?.cancel();
      await wait(waitMs, signal);
    }
  }

  /** The answer, or why there was none. @throws the signal's reason when the caller aborted */
  async function tryOnce(call: Call, headers: HeadersInit, signal: AbortSignal | undefined) {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    try {
      return await fetch(base + call.path, {
        method: call.method,
        headers,
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (error) {
      signal?.throwIfAborted();
      return error as Error;
    }
  }

  function headersOf({ method, body, idempotencyKey }: Call): Record<string, string> {
    return {
      Accept: 'application/json',
      ...(body && { 'Content-Type': 'application/json' }),
      ...(options.key !== undefined && { Authorization: `Bearer ${options.key}` }),
      ...(method !== 'GET' && { 'Idempotency-Key': idempotencyKey ?? crypto.randomUUID() }),
    };
  }

  const ownToken = createActorToken(`starling-actor ${base}`, options.actorStorage, async () => {
    const outcome = await tryOnce({ method: 'POST', path: '/v1/actors' }, {}, undefined);
    if (!(outcome instanceof Response)) return null;
    const receipt = (await outcome.json().catch(() => null)) as Partial<ActorReceipt> | null;
    return outcome.ok ? receipt?.actor : null;
  });

  async function actorOf(
    { isPersonal }: Call,
    signal: AbortSignal | undefined,
  ): Promise<Record<string, string>> {
    if (!isPersonal) return {};
    const { actor, key } = options;
    const known = actor ?? (key === undefined ? await orAborted(ownToken(), signal) : null);
    return known === null ? {} : { 'Starling-Actor': known };
  }

  const batchedSummary = createSummaryBatch(async (productIds) => {
    const ids = productIds.map(encodeURIComponent).join(',');
    const { summaries } = await send<Summaries>({ method: 'GET', path: `/v1/summaries?product_ids=${ids}` });
    return summaries;
  });

  async function summary(productId: string, { signal, fallback }: CallOptions<Summary> = {}) {
    signal?.throwIfAborted();
    try {
      return await orAborted(batchedSummary(productId), signal);
    } catch (error) {
      if (fallback && error instanceof StarlingError) return await fallback(error);
      throw error;
    }
  }

  function write<Result>(
    call: Call,
    { idempotencyKey, ...rest }: WriteOptions<Result> = {},
  ): Promise<Result> {
    return send<Result>(idempotencyKey === undefined ? call : { ...call, idempotencyKey }, rest);
  }

  return {
    summary,
    listReviews: (productId, query, given) =>
      send({ method: 'GET', path: `${reviewsOf(productId)}${toSearch(query)}` }, given),
    readReview: (productId, reviewId, given) =>
      send({ method: 'GET', path: `${reviewsOf(productId)}/${reviewId}` }, given),
    submitReview: (productId, draft, given) =>
      write({ method: 'POST', path: reviewsOf(productId), body: draft }, given),
    vote: (productId, reviewId, vote, given) =>
      write(
        { method: 'PUT', path: `${reviewsOf(productId)}/${reviewId}/vote`, body: vote, isPersonal: true },
        given,
      ),
    withdrawVote: (productId, reviewId, given) =>
      write({ method: 'DELETE', path: `${reviewsOf(productId)}/${reviewId}/vote`, isPersonal: true }, given),
    report: (productId, reviewId, report, given) =>
      write(
        {
          method: 'POST',
          path: `${reviewsOf(productId)}/${reviewId}/reports`,
          body: report,
          isPersonal: true,
        },
        given,
      ),
  };
}

function reviewsOf(productId: string): string {
  return `/v1/products/${encodeURIComponent(productId)}/reviews`;
}

function toSearch(query: ListQuery = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : `${value}`]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

async function toError(outcome: Response | Error, tries: number): Promise<StarlingError> {
  if (!(outcome instanceof Response))
    return new StarlingError(`No answer: ${outcome.message}`, null, null, tries, { cause: outcome });
  const problem = (await outcome.json().catch(() => null)) as Problem | null;
  const words = problem?.detail ?? problem?.title ?? 'No reason given';
  return new StarlingError(`${outcome.status}: ${words}`, outcome.status, problem, tries);
}

/** One caller may give up; the batch that it was in goes on for the others. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A timer that nobody waits for any more would keep a Node process from ending. */
function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs);
  });
  return orAborted(over, signal).finally(() => clearTimeout(timer));
}
