import { joinJson, splitJson } from '../platform/db/json-list';
import type { Command, Statement, TextDatabase } from '../platform/db/statement';
import type { NewReview } from './review-writer';

/** A review with its id, and so with the answer to whoever sent it. */
export interface NumberedReview extends NewReview {
  reviewId: string;
  location: string;
  body: string;
}

/**
 * Inserts reviews with their Idempotency-Keys and counts those that are shown, all in one
 * statement: committed when it returns, and one round trip, where BEGIN, two statements and COMMIT
 * took a third more of PostgreSQL's time (docs/decisions/0042).
 *
 * A review whose author has reviewed the product is not inserted if a key vouches for the author.
 * If nobody does, it is set aside: inserted without its e-mail, pending, with a row in
 * author_claims, by the same statement (docs/decisions/0081).
 *
 * @param countingOf common table expressions that count the rows of the one called `source`
 * @returns the ids of those that were inserted or set aside
 */
export function createReviewInsertion(
  batches: TextDatabase,
  countingOf: (source: string) => string,
): (reviews: readonly NumberedReview[]) => Promise<ReadonlySet<string | null>> {
  const statement = insertionStatement('insert_reviews', countingOf, false);
  const keyedStatement = insertionStatement('insert_reviews_with_keys', countingOf, true);

  return async (reviews) => {
    const isKeyed = reviews.some(({ idempotency }) => idempotency);
    const values = isKeyed ? [...valuesOf(reviews), ...keysOf(reviews)] : valuesOf(reviews);
    const rows = await batches.queryText(isKeyed ? keyedStatement : statement, values);
    return new Set(rows.map(([reviewId = null]) => reviewId));
  };
}

/**
 * Without keys it has a quarter fewer parameters. The only conflict there can be is that of an
 * author and a product, since ids come from a sequence; naming it would have PostgreSQL look up the
 * indexes of each segment in its catalog, in every batch (a tenth of its time at 30 segments).
 *
 * What is set aside can conflict with nothing and waits for nothing: its id is new, and it has no
 * e-mail. So it keeps the order of locks as it is: reviews in the order of products and authors,
 * then keys and summaries.
 */
function insertionStatement(
  name: string,
  countingOf: (source: string) => string,
  isKeyed: boolean,
): Statement {
  const keyIsNew = 'NOT EXISTS (SELECT FROM idempotency_keys AS k WHERE k.key_hash = input.key_hash)';
  return {
    name,
    text: `
      WITH input AS (
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::review_state[], $5::smallint[],
                             $6::boolean[], $7::boolean[], $8::smallint[], $9::text[], $10::jsonb[], $11::text[],
                             ${splitJson('$12')}, ${splitJson('$13')}::jsonb[], $14::boolean[]${isKeyed ? ', $15::bytea[], $16::bytea[], $17::text[], $18::text[]' : ''})
          AS i (review_id, product_id, created_at, state, rating, recommended, verified, photo_count, locale,
                characteristics, author_email, payload, verdict, is_vouched_for${isKeyed ? ', key_hash, request_hash, location, body' : ''})
      ), inserted AS (
        INSERT INTO reviews (review_id, product_id, created_at, state, rating, recommended, verified, photo_count,
                             locale, characteristics, author_email, payload, verdict)
        SELECT review_id, product_id, created_at, state, rating, recommended, verified, photo_count,
               locale, characteristics, author_email, payload, verdict
        FROM input
        ${isKeyed ? `WHERE ${keyIsNew}` : ''}
        ORDER BY product_id COLLATE "C", author_email
        ON CONFLICT DO NOTHING
        RETURNING review_id, product_id, state, rating, recommended, verified, photo_count, characteristics
      ), ${setAsideOf(isKeyed ? keyIsNew : 'true')}, ${isKeyed ? `${KEEP_KEYS}, ` : ''}${countingOf('inserted')}
      SELECT review_id FROM stored`,
  };
}

/**
 * What `inserted` left out and nobody vouches for. The count decides before anything is read: where
 * all were inserted, as nearly always, it is all that this costs. It also makes PostgreSQL finish
 * `inserted` first.
 */
function setAsideOf(keyIsNew: string): string {
  return `refused AS (
        SELECT * FROM input
        WHERE (SELECT count(*) FROM inserted) < cardinality($1) AND NOT is_vouched_for
          AND review_id NOT IN (SELECT review_id FROM inserted) AND ${keyIsNew}
      ), set_aside AS (
        INSERT INTO reviews (review_id, product_id, created_at, state, rating, recommended, verified, photo_count,
                             locale, characteristics, payload, verdict)
        SELECT review_id, product_id, created_at, 'pending', rating, recommended, verified, photo_count,
               locale, characteristics, payload, verdict || '{"same_author": true}'
        FROM refused
        RETURNING review_id
      ), claimed AS (
        INSERT INTO author_claims (review_id, product_id, claimed_email)
        SELECT review_id, product_id, author_email FROM refused
      ), stored AS (
        SELECT review_id FROM inserted UNION ALL SELECT review_id FROM set_aside
      )`;
}

const KEEP_KEYS = `kept AS (
        INSERT INTO idempotency_keys (key_hash, request_hash, location, body, review_id)
        SELECT key_hash, request_hash, location, body, review_id
        FROM input JOIN stored USING (review_id)
        WHERE key_hash IS NOT NULL
        ORDER BY key_hash
      )`;

function valuesOf(reviews: readonly NumberedReview[]): Command['values'] {
  return [
    reviews.map((r) => r.reviewId),
    reviews.map((r) => r.productId),
    reviews.map((r) => r.createdAt),
    reviews.map((r) => r.state),
    reviews.map((r) => r.rating),
    reviews.map((r) => r.recommended),
    reviews.map((r) => r.verified),
    reviews.map((r) => r.photoCount),
    reviews.map((r) => r.locale),
    reviews.map((r) => toJson(r.characteristics)),
    reviews.map((r) => r.authorEmail),
    joinJson(reviews.map((r) => r.payload)),
    joinJson(reviews.map((r) => JSON.stringify(r.verdict))),
    reviews.map((r) => r.isVouchedFor),
  ];
}

/** The answer only where it is kept: it repeats the payload. */
function keysOf(reviews: readonly NumberedReview[]): Command['values'] {
  return [
    reviews.map((r) => toBytea(r.idempotency?.keyHash)),
    reviews.map((r) => toBytea(r.idempotency?.requestHash)),
    reviews.map((r) => (r.idempotency ? r.location : null)),
    reviews.map((r) => (r.idempotency ? r.body : null)),
  ];
}

function toJson(characteristics: NewReview['characteristics']): string | null {
  return Object.keys(characteristics).length > 0 ? JSON.stringify(characteristics) : null;
}

function toBytea(bytes: Buffer | undefined): string | null {
  return bytes ? `\\x${bytes.toString('hex')}` : null;
}
