import type { Pool } from 'pg';
import type { TextDatabase } from '../platform/db/statement';
import { createReviewInsertion, type NumberedReview } from './review-insertion';
import { renderReview } from './review-payload';

/** A new review. `createdAt` is ISO 8601; the e-mail is trimmed and in lower case. */
export interface NewReview {
  productId: string;
  createdAt: string;
  state: 'approved' | 'pending';
  /** What the checks of moderation said: JSON, kept as it is. */
  verdict: object;
  /** Whether the answer to its author may say that it waits. */
  isPendingTold: boolean;
  rating: number;
  recommended: boolean | null;
  verified: boolean;
  photoCount: number;
  locale: string | null;
  characteristics: Readonly<Record<string, number>>;
  authorEmail: string;
  /**
   * Whether a key says that the e-mail is the author's: the request was the store's own server's.
   */
  isVouchedFor: boolean;
  payload: string;
  /** Hashes of the request's Idempotency-Key and of what it asked. */
  idempotency: { keyHash: Buffer; requestHash: Buffer } | null;
}

/**
 * What became of it. `body` and `location` are the answer's, the same for every request with its
 * key; `isReplay`: the review was created by an earlier one.
 */
export type ReviewOutcome =
  | { kind: 'created'; location: string; body: string; isReplay: boolean }
  | { kind: 'key-reused' }
  /** null: the review that stood in the way has gone in the meantime. */
  | { kind: 'already-reviewed'; reviewId: string | null };

export interface ReviewWriterDeps {
  writes: Pool;
  /** Where batches go: a connection that is kept. */
  batches: TextDatabase;
  /**
   * Common table expressions that count rows of the one called `source` in their products'
   * summaries (summary-writer.ts).
   */
  countingOf(source: string): string;
}

/**
 * Writes a batch of reviews in one transaction, which is one statement (review-insertion.ts):
 * reviews in the order of their products and authors, then their keys, and summaries in the order
 * of products. All code that writes these tables keeps this order, so two batches cannot deadlock.
 *
 * A review is not inserted when its Idempotency-Key was used before, or its author, whom a key
 * vouches for, has reviewed the product; both are looked up afterwards. One whose author nobody
 * vouches for is set aside by the statement itself and is `created`, so its sender learns
 * nothing. When two instances insert the same Idempotency-Key, one batch fails by its primary key:
 * group commit writes it again, and then the key is found.
 */
export function createReviewWriter({ writes, batches, countingOf }: ReviewWriterDeps) {
  const takeReviewIds = createReviewIds(writes);
  const insertReviews = createReviewInsertion(batches, countingOf);

  return writeReviews;

  async function writeReviews(reviews: NewReview[]): Promise<ReviewOutcome[]> {
    const ids = await takeReviewIds(reviews.length);
    const numbered = reviews.map((review, index) => withAnswer(review, ids[index]!));
    const inserted = await insertReviews(numbered);
    return Promise.all(
      numbered.map((review) =>
        inserted.has(review.reviewId)
          ? {
              kind: 'created' as const,
              location: review.location,
              body: review.body,
              isReplay: false,
            }
          : findOutcome(review),
      ),
    );
  }

  /**
   * Why a review was not inserted. By the primary key of the keys, then by the unique index on
   * authors.
   */
  async function findOutcome(review: NumberedReview): Promise<ReviewOutcome> {
    const kept = review.idempotency && (await findKept(writes, review.idempotency));
    if (kept) return kept;
    if (review.isVouchedFor) {
      return { kind: 'already-reviewed', reviewId: await findReviewByAuthor(writes, review) };
    }
    // Its Idempotency-Key was used a day ago and has been forgotten since the statement: it is as
    // good as new.
    const [outcome] = await writeReviews([review]);
    return outcome!;
  }
}

function withAnswer(review: NewReview, reviewId: string): NumberedReview {
  const location = `/v1/products/${review.productId}/reviews/${reviewId}`;
  const stored = { reviewId, helpfulCount: '0', notHelpfulCount: '0', payload: review.payload };
  const shown = renderReview(review.productId, stored);
  // Its author should know that nobody sees it yet.
  const body =
    review.state === 'pending' && review.isPendingTold
      ? `${shown.slice(0, -1)},"state":"pending"}`
      : shown;
  return { ...review, reviewId, location, body };
}

const SPARE_IDS = 1_000;

/**
 * Ids are known before the insert, since the answer that is kept with a key holds its review's.
 * Taken from the sequence a thousand at a time, so that hardly any batch waits for them: they rise
 * within an instance, with gaps, not across the six.
 */
function createReviewIds(writes: Pool) {
  let spare: string[] = [];

  return async function takeReviewIds(count: number): Promise<string[]> {
    if (spare.length < count) {
      const { rows } = await writes.query<[string]>({
        name: 'take_review_ids',
        text: `SELECT nextval('review_ids') FROM generate_series(1, $1)`,
        values: [count - spare.length + SPARE_IDS],
        rowMode: 'array',
      });
      spare = [...spare, ...rows.map(([id]) => id)];
    }
    return spare.splice(0, count);
  };
}

/** The answer that was kept for the key; null: it is not in use. */
async function findKept(
  writes: Pool,
  { keyHash, requestHash }: NonNullable<NewReview['idempotency']>,
): Promise<ReviewOutcome | null> {
  const { rows } = await writes.query<{ request_hash: Buffer; location: string; body: string }>({
    name: 'find_idempotency_key',
    text: 'SELECT request_hash, location, body FROM idempotency_keys WHERE key_hash = $1',
    values: [keyHash],
  });
  const [kept] = rows;
  if (!kept) return null;
  if (!kept.request_hash.equals(requestHash)) return { kind: 'key-reused' };
  return { kind: 'created', location: kept.location, body: kept.body, isReplay: true };
}

async function findReviewByAuthor(
  writes: Pool,
  { authorEmail, productId }: NewReview,
): Promise<string | null> {
  const { rows } = await writes.query<{ review_id: string }>({
    name: 'find_review_by_author',
    text: 'SELECT review_id FROM reviews WHERE author_email = $1 AND product_id = $2',
    values: [authorEmail, productId],
  });
  return rows[0]?.review_id ?? null;
}

/**
 * Keys are honoured for a day; this forgets older ones, a bounded number at a time. @returns how
 * many
 */
export async function deleteOldIdempotencyKeys(writes: Pool): Promise<number> {
  const { rowCount } = await writes.query(`
    DELETE FROM idempotency_keys
    WHERE key_hash IN (
      SELECT key_hash FROM idempotency_keys WHERE created_at < now() - interval '24 hours' ORDER BY created_at
      LIMIT 5000 FOR UPDATE SKIP LOCKED)`);
  return rowCount ?? 0;
}
