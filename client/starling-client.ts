import { orAborted } from './abortable.ts';
import { type ActorStorage, createActorToken } from './actor-token.ts';
import * as forms from './answer-forms.ts';
import {
  checkBaseUrl,
  checkIdempotencyKey,
  checkKey,
  checkTimeout,
  toActorHeader,
} from './client-options.ts';
import type {
  ActorReceipt,
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
import { createRetryBudget } from './retry-policy.ts';
import { type Call, createSender } from './sender.ts';
import { StarlingError, unsendable } from './starling-error.ts';
import { createSummaryBatch } from './summary-batch.ts';

export type * from './contract-types.ts';
export { StarlingError } from './starling-error.ts';

/**
 * A client of Starling for Node and browsers, without dependencies. Its types come from the
 * contract. It retries within a budget and combines reads of summaries. docs/client.md shows how to
 * use it.
 *
 * Every method rejects with a StarlingError, or with the reason of a signal that the caller aborted.
 */
export interface StarlingClient {
  listReviews(
    productId: string,
    query?: ListQuery,
    options?: CallOptions<ReviewPage>,
  ): Promise<ReviewPage>;
  readReview(productId: string, reviewId: number, options?: CallOptions<Review>): Promise<Review>;
  /** The client sends the calls of one turn of the event loop together (summary-batch.ts). */
  summary(productId: string, options?: CallOptions<Summary>): Promise<Summary>;
  /** All tries carry the same Idempotency-Key, so a retry creates no second review. */
  submitReview(
    productId: string,
    draft: ReviewDraft,
    options?: WriteOptions<Review>,
  ): Promise<Review>;
  vote(
    productId: string,
    reviewId: number,
    vote: Vote,
    options?: WriteOptions<VoteCounts>,
  ): Promise<VoteCounts>;
  withdrawVote(
    productId: string,
    reviewId: number,
    options?: WriteOptions<VoteCounts>,
  ): Promise<VoteCounts>;
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
  /** The key of an API client. Not for browsers, where everybody can read it. */
  key?: string;
  /**
   * Who votes and reports: with a `key`, the store's opaque name of its shopper; without one, a
   * token of `POST /v1/actors`. Without a `key` and an `actor`, the client fetches a token when it
   * first votes or reports, and keeps it.
   */
  actor?: string;
  /** Where that token is kept; by default in `localStorage`, or in memory where there is none. */
  actorStorage?: ActorStorage;
  /** How long one try may take, to the end of its answer; by default 5,000. */
  timeoutMs?: number;
}

export interface CallOptions<Result> {
  signal?: AbortSignal;
  /**
   * Returns the result of the call when all tries have failed, or the request cannot be sent. Not
   * called when the caller aborts.
   */
  fallback?: (error: StarlingError) => Result | Promise<Result>;
}

export interface WriteOptions<Result> extends CallOptions<Result> {
  /** For a write that the caller may repeat later. By default each call has a new key. */
  idempotencyKey?: string;
}

export interface ListQuery {
  sort?: 'relevant' | 'newest' | 'oldest' | 'highest' | 'lowest' | 'helpful';
  limit?: number;
  /** `next_cursor` of the previous page. */
  cursor?: string;
  rating?: readonly number[];
  has_photos?: boolean;
  verified?: boolean;
  locale?: string;
}

const TIMEOUT_MS = 5_000;
const PRODUCT_KEY = /^[A-Za-z0-9._:-]{1,64}$/;

/** @throws StarlingError when an option cannot be used */
export function createStarlingClient(options: StarlingClientOptions): StarlingClient {
  const base = checkBaseUrl(options.baseUrl);
  const timeoutMs = checkTimeout(options.timeoutMs ?? TIMEOUT_MS);
  const key = options.key === undefined ? null : checkKey(options.key);
  const actor = options.actor === undefined ? null : toActorHeader(options.actor);
  const budget = createRetryBudget();
  const sender = createSender({ base, timeoutMs, budget, headersOf });

  /** @param toCall makes the request; what it throws is an error of this call */
  async function send<Result>(
    toCall: () => Call,
    { signal, fallback }: CallOptions<Result> = {},
  ): Promise<Result> {
    budget.earn();
    try {
      return await sender.send<Result>(toCall(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (fallback && error instanceof StarlingError) return await fallback(error);
      throw error;
    }
  }

  async function headersOf(
    call: Call,
    signal: AbortSignal | undefined,
  ): Promise<Record<string, string>> {
    const { method, body, idempotencyKey } = call;
    return {
      Accept: 'application/json',
      ...(body && { 'Content-Type': 'application/json' }),
      ...(key !== null && { Authorization: `Bearer ${key}` }),
      ...(method !== 'GET' && { 'Idempotency-Key': idempotencyKey ?? randomKey() }),
      ...(await actorOf(call, signal)),
    };
  }

  const ownToken = createActorToken(`starling-actor ${base}`, options.actorStorage, async () => {
    const call: Call = { method: 'POST', path: '/v1/actors', form: forms.actorReceipt };
    const outcome = await sender.tryOnce<ActorReceipt>(call, {}, undefined);
    return 'result' in outcome ? outcome.result.actor : null;
  });

  async function actorOf(
    { isPersonal }: Call,
    signal: AbortSignal | undefined,
  ): Promise<Record<string, string>> {
    if (!isPersonal) return {};
    const known = actor ?? (key === null ? await orAborted(ownToken(), signal) : null);
    return known === null ? {} : { 'Starling-Actor': known };
  }

  const batchedSummary = createSummaryBatch({
    readMany: async (productIds) => {
      const path = `/v1/summaries?product_ids=${productIds.join(',')}`;
      const { summaries } = await send<Summaries>(() => ({
        method: 'GET',
        path,
        form: forms.summaries,
      }));
      return summaries;
    },
    maySplit: budget.spend,
  });

  async function summary(productId: string, { signal, fallback }: CallOptions<Summary> = {}) {
    signal?.throwIfAborted();
    try {
      return await orAborted(batchedSummary(checkProductKey(productId)), signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (fallback && error instanceof StarlingError) return await fallback(error);
      throw error;
    }
  }

  function write<Result>(
    toCall: () => Call,
    { idempotencyKey, ...rest }: WriteOptions<Result> = {},
  ): Promise<Result> {
    if (idempotencyKey === undefined) return send<Result>(toCall, rest);
    return send<Result>(
      () => ({ ...toCall(), idempotencyKey: checkIdempotencyKey(idempotencyKey) }),
      rest,
    );
  }

  return {
    summary,
    listReviews: (productId, query, given) =>
      send(
        () => ({
          method: 'GET',
          path: `${reviewsOf(productId)}${toSearch(query)}`,
          form: forms.reviewPage,
        }),
        given,
      ),
    readReview: (productId, reviewId, given) =>
      send(
        () => ({ method: 'GET', path: reviewOf(productId, reviewId), form: forms.review }),
        given,
      ),
    submitReview: (productId, draft, given) =>
      write(
        () => ({ method: 'POST', path: reviewsOf(productId), body: draft, form: forms.review }),
        given,
      ),
    vote: (productId, reviewId, vote, given) =>
      write(
        () => ({
          method: 'PUT',
          path: `${reviewOf(productId, reviewId)}/vote`,
          body: vote,
          form: forms.voteCounts,
          isPersonal: true,
        }),
        given,
      ),
    withdrawVote: (productId, reviewId, given) =>
      write(
        () => ({
          method: 'DELETE',
          path: `${reviewOf(productId, reviewId)}/vote`,
          form: forms.voteCounts,
          isPersonal: true,
        }),
        given,
      ),
    report: (productId, reviewId, report, given) =>
      write(
        () => ({
          method: 'POST',
          path: `${reviewOf(productId, reviewId)}/reports`,
          body: report,
          form: forms.reportReceipt,
          isPersonal: true,
        }),
        given,
      ),
  };
}

/**
 * The service would also refuse such a key, and with it every other product of the batch.
 * @throws StarlingError
 */
function checkProductKey(productId: string): string {
  if (PRODUCT_KEY.test(productId)) return productId;
  throw unsendable(
    `No product has the key ${JSON.stringify(productId)}: 1–64 of A-Z a-z 0-9 . _ : -`,
  );
}

function reviewsOf(productId: string): string {
  const key = checkProductKey(productId);
  // HTTP clients resolve these two as path segments, even when they are encoded.
  if (key === '.' || key === '..') throw unsendable(`No URL can carry the product key ${key}`);
  return `/v1/products/${key}/reviews`;
}

function reviewOf(productId: string, reviewId: number): string {
  if (Number.isSafeInteger(reviewId) && reviewId > 0) return `${reviewsOf(productId)}/${reviewId}`;
  throw unsendable(`No review has the id ${reviewId}`);
}

function toSearch(query: ListQuery = {}): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : `${value}`]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

/** 128 random bits. `crypto.randomUUID` exists only on pages that came over https. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
