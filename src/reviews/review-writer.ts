import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../platform/db/transaction';
import { renderReview } from './review-payload';

/** A new review. `createdAt` is ISO 8601; the e-mail is trimmed and in lower case. */
export interface NewReview {
  productId: string;
  createdAt: string;
  state: 'approved' | 'pending';
  /** What the checks of moderation said: JSON, kept as it is. */
  verdict: object;
  rating: number;
  recommended: boolean | null;
  verified: boolean;
  photoCount: number;
  locale: string | null;
  characteristics: Readonly<Record<string, number>>;
  authorEmail: string;
  payload: string;
  /** Hashes of the request's Idempotency-Key and of what it asked. */
  idempotency: { keyHash: Buffer; requestHash: Buffer } | null;
}

/** What became of it. `body` and `location` are the answer's, the same for every request with its key. */
export type ReviewOutcome =
  | { kind: 'created'; location: string; body: string }
  | { kind: 'key-reused' }
  /** null: the review that stood in the way has gone in the meantime. */
  | { kind: 'already-reviewed'; reviewId: string | null };

export interface ReviewWriterDeps {
  writes: Pool;
  /** Counts reviews that are shown from now on. */
  addToSummaries(client: PoolClient, reviews: readonly NewReview[]): Promise<void>;
}

/**
 * Writes a batch of reviews in one transaction: reviews in the order of their products and authors, then their keys, then
 * summaries in the order of products. Whoever writes these tables keeps that order, so that two batches cannot deadlock.
 *
 * A review is not inserted when its key was used before, or its author has reviewed the product; both are looked up
 * afterwards. When two instances insert the same key for different requests, one batch fails by its primary key: group
 * commit writes it again, and then the key is found.
 */
export function createReviewWriter({ writes, addToSummaries }: ReviewWriterDeps) {
  return async function writeReviews(reviews: NewReview[]): Promise<ReviewOutcome[]> {
    const ids = await takeReviewIds(writes, reviews.length);
    const numbered = reviews.map((review, index) => withAnswer(review, ids[index]!));
    const inserted = await inTransaction(writes, async (client) => {
      const insertedIds = await insertReviews(client, numbered);
      const counted = numbered.filter(
        ({ reviewId, state }) => insertedIds.has(reviewId) && state === 'approved',
      );
      await addToSummaries(client, counted);
      return insertedIds;
    });
    return Promise.all(
      numbered.map((review) =>
        inserted.has(review.reviewId)
          ? { kind: 'created' as const, location: review.location, body: review.body }
          : findOutcome(writes, review),
      ),
    );
  };
}

interface NumberedReview extends NewReview {
  reviewId: string;
  location: string;
  body: string;
}

function withAnswer(review: NewReview, reviewId: string): NumberedReview {
  const location = `/v1/products/${review.productId}/reviews/${reviewId}`;
  const stored = { reviewId, helpfulCount: '0', notHelpfulCount: '0', payload: review.payload };
  const shown = renderReview(review.productId, stored);
  // Its author should know that nobody sees it yet.
  const body = review.state === 'pending' ? `${shown.slice(0, -1)},"state":"pending"}` : shown;
  return { ...review, reviewId, location, body };
}

/** Known before the insert, since the answer that is kept with the key holds the id. Rising in time, with gaps. */
async function takeReviewIds(writes: Pool, count: number): Promise<string[]> {
  const { rows } = await writes.query<[string]>({
    name: 'take_review_ids',
    text: `SELECT nextval('review_ids') FROM generate_series(1, $1)`,
    values: [count],
    rowMode: 'array',
  });
  return rows.map(([id]) => id);
}

/** @returns the ids of those that were inserted */
async function insertReviews(client: PoolClient, reviews: readonly NumberedReview[]): Promise<Set<string>> {
  const { rows } = await client.query<[string]>({
    name: 'insert_reviews',
    text: `
      WITH input AS (
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::review_state[], $5::smallint[],
                             $6::boolean[], $7::boolean[], $8::smallint[], $9::text[], $10::jsonb[], $11::text[],
                             $12::text[], $13::bytea[], $14::bytea[], $15::text[], $16::text[], $17::jsonb[])
          AS i (review_id, product_id, created_at, state, rating, recommended, verified, photo_count, locale,
                characteristics, author_email, payload, key_hash, request_hash, location, body, verdict)
      ), inserted AS (
        INSERT INTO reviews (review_id, product_id, created_at, state, rating, recommended, verified, photo_count,
                             locale, characteristics, author_email, payload, verdict)
        SELECT review_id, product_id, created_at, state, rating, recommended, verified, photo_count,
               locale, nullif(characteristics, '{}'), author_email, payload, verdict
        FROM input
        WHERE NOT EXISTS (SELECT FROM idempotency_keys AS k WHERE k.key_hash = input.key_hash)
        ORDER BY product_id COLLATE "C", author_email
        ON CONFLICT DO NOTHING
        RETURNING review_id
      ), kept AS (
        INSERT INTO idempotency_keys (key_hash, request_hash, location, body, review_id)
        SELECT key_hash, request_hash, location, body, review_id
        FROM input JOIN inserted USING (review_id)
        WHERE key_hash IS NOT NULL
        ORDER BY key_hash
      )
      SELECT review_id FROM inserted`,
    values: [
      reviews.map((r) => r.reviewId),
      reviews.map((r) => r.productId),
      reviews.map((r) => r.createdAt),
      reviews.map((r) => r.state),
      reviews.map((r) => r.rating),
      reviews.map((r) => r.recommended),
      reviews.map((r) => r.verified),
      reviews.map((r) => r.photoCount),
      reviews.map((r) => r.locale),
      reviews.map((r) => JSON.stringify(r.characteristics)),
      reviews.map((r) => r.authorEmail),
      reviews.map((r) => r.payload),
      reviews.map((r) => r.idempotency?.keyHash ?? null),
      reviews.map((r) => r.idempotency?.requestHash ?? null),
      reviews.map((r) => r.location),
      reviews.map((r) => r.body),
      reviews.map((r) => JSON.stringify(r.verdict)),
    ],
    rowMode: 'array',
  });
  return new Set(rows.map(([id]) => id));
}

/** Why a review was not inserted. By the primary key of the keys, then by the unique index on authors. */
async function findOutcome(
  writes: Pool,
  { idempotency, authorEmail, productId }: NewReview,
): Promise<ReviewOutcome> {
  if (idempotency) {
    const { rows } = await writes.query<{ request_hash: Buffer; location: string; body: string }>({
      name: 'find_idempotency_key',
      text: 'SELECT request_hash, location, body FROM idempotency_keys WHERE key_hash = $1',
      values: [idempotency.keyHash],
    });
    const [kept] = rows;
    if (kept) {
      const isSame = kept.request_hash.equals(idempotency.requestHash);
      return isSame ? { kind: 'created', location: kept.location, body: kept.body } : { kind: 'key-reused' };
    }
  }
  const { rows } = await writes.query<{ review_id: string }>({
    name: 'find_review_by_author',
    text: 'SELECT review_id FROM reviews WHERE author_email = $1 AND product_id = $2',
    values: [authorEmail, productId],
  });
  return { kind: 'already-reviewed', reviewId: rows[0]?.review_id ?? null };
}

/** Keys are honoured for a day; this forgets older ones, a bounded number at a time. @returns how many */
export async function deleteOldIdempotencyKeys(writes: Pool): Promise<number> {
  const { rowCount } = await writes.query(`
    DELETE FROM idempotency_keys
    WHERE key_hash IN (
      SELECT key_hash FROM idempotency_keys WHERE created_at < now() - interval '24 hours' ORDER BY created_at
      LIMIT 5000 FOR UPDATE SKIP LOCKED)`);
  return rowCount ?? 0;
}
