import type { Pool } from 'pg';
import type { Command, Statement, TextRow } from '../platform/db/statement';
import { inTwoTrips } from '../platform/db/transaction';
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
  /** Counts reviews that are shown from now on: what to send in the transaction that adds them. */
  additionsToSummaries(reviews: readonly NewReview[]): Command;
}

/**
 * Writes a batch of reviews in one transaction: reviews in the order of their products and authors, then their keys, then
 * summaries in the order of products. Whoever writes these tables keeps that order, so that two batches cannot deadlock.
 *
 * A review is not inserted when its key was used before, or its author has reviewed the product; both are looked up
 * afterwards. When two instances insert the same key for different requests, one batch fails by its primary key: group
 * commit writes it again, and then the key is found.
 */
export function createReviewWriter({ writes, additionsToSummaries }: ReviewWriterDeps) {
  const takeReviewIds = createReviewIds(writes);

  return async function writeReviews(reviews: NewReview[]): Promise<ReviewOutcome[]> {
    const ids = await takeReviewIds(reviews.length);
    const numbered = reviews.map((review, index) => withAnswer(review, ids[index]!));
    const rows = await inTwoTrips(writes, insertionOf(numbered), (insertedRows) => {
      const shown = withIds(numbered, insertedRows).filter(({ state }) => state === 'approved');
      return shown.length > 0 ? [additionsToSummaries(shown)] : [];
    });
    const inserted = new Set(withIds(numbered, rows));
    return Promise.all(
      numbered.map((review) =>
        inserted.has(review)
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

const SPARE_IDS = 100;

/**
 * Ids are known before the insert, since the answer that is kept with a key holds its review's. Taken from the sequence a
 * hundred at a time, to save each small batch a round trip: they rise within an instance, with gaps, not across the six.
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

/** Those whose ids are in the rows. */
function withIds(reviews: readonly NumberedReview[], rows: readonly TextRow[]): NumberedReview[] {
  const ids = new Set(rows.map(([id]) => id));
  return reviews.filter(({ reviewId }) => ids.has(reviewId));
}

const INSERT_REVIEWS_STATEMENT: Statement = {
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
};

/** Its rows are the ids of those that were inserted. */
function insertionOf(reviews: readonly NumberedReview[]): Command {
  return {
    statement: INSERT_REVIEWS_STATEMENT,
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
      reviews.map((r) => toBytea(r.idempotency?.keyHash)),
      reviews.map((r) => toBytea(r.idempotency?.requestHash)),
      reviews.map((r) => r.location),
      reviews.map((r) => r.body),
      reviews.map((r) => JSON.stringify(r.verdict)),
    ],
  };
}

function toBytea(bytes: Buffer | undefined): string | null {
  return bytes ? `\\x${bytes.toString('hex')}` : null;
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
