import type { Pool } from 'pg';
import type { TextDatabase } from '../platform/db/statement';
import type { NewReview, NumberedReview, ReviewOutcome } from './new-review';
import { createReviewInsertion } from './review-insertion';
import { renderReview } from './review-payload';

export interface ReviewWriterDeps {
  writes: Pool;
  /** Executes the batches, on a connection of its own. */
  batches: TextDatabase;
}

/**
 * Writes a batch of reviews in one transaction, which is one statement (review-insertion.ts). It
 * writes reviews in the order of products and authors, then their keys, then summaries in the order
 * of products. All code that writes these tables keeps this order, so two batches cannot deadlock.
 *
 * The statement leaves out a review whose Idempotency-Key was used before, and one whose author, for
 * whom a key vouches, has already reviewed the product. The writer then looks up which it was. The
 * statement sets aside a review whose author no key vouches for; its outcome is `created`, so the
 * sender learns nothing about the author. If two instances insert the same Idempotency-Key, the
 * primary key fails one batch. Group commit writes that batch again, and then the statement finds
 * the key.
 */
export function createReviewWriter({ writes, batches }: ReviewWriterDeps) {
  const takeReviewIds = createReviewIds(writes);
  const insertReviews = createReviewInsertion(batches);

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
   * Why a review was not inserted: looked up by the primary key of the Idempotency-Keys, then by
   * the unique index on authors.
   */
  async function findOutcome(review: NumberedReview): Promise<ReviewOutcome> {
    const kept = review.idempotency && (await findKept(writes, review.idempotency));
    if (kept) return kept;
    if (review.isVouchedFor) {
      return { kind: 'already-reviewed', reviewId: await findReviewByAuthor(writes, review) };
    }
    // The statement found its Idempotency-Key, which has expired and been deleted since: the request
    // counts as new.
    const [outcome] = await writeReviews([review]);
    return outcome!;
  }
}

function withAnswer(review: NewReview, reviewId: string): NumberedReview {
  const location = `/v1/products/${review.productId}/reviews/${reviewId}`;
  const stored = { reviewId, helpfulCount: '0', notHelpfulCount: '0', payload: review.payload };
  const shown = renderReview(review.productId, stored);
  // Tells the author that the review is not shown yet.
  const body =
    review.state === 'pending' && review.isPendingTold
      ? `${shown.slice(0, -1)},"state":"pending"}`
      : shown;
  return { ...review, reviewId, location, body };
}

const SPARE_IDS = 1_000;

/**
 * The writer needs the ids before the insert, since the response that a key stores contains the
 * review's id. It takes a thousand at a time from the sequence, so that hardly any batch waits for
 * them. Ids rise within an instance, with gaps, but not across the six.
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

/** The outcome that is stored with the key; null: the key is not in use. */
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

/** Deletes up to 5,000 Idempotency-Keys that are older than a day. @returns how many */
export async function deleteOldIdempotencyKeys(writes: Pool): Promise<number> {
  const { rowCount } = await writes.query(`
    DELETE FROM idempotency_keys
    WHERE key_hash IN (
      SELECT key_hash FROM idempotency_keys WHERE created_at < now() - interval '24 hours' ORDER BY created_at
      LIMIT 5000 FOR UPDATE SKIP LOCKED)`);
  return rowCount ?? 0;
}
