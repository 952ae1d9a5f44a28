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
 * Inserts reviews with their Idempotency-Keys and counts those that are shown, all in one statement: committed when it returns, and one
 * round trip, where BEGIN, two statements and COMMIT took a third more of PostgreSQL's time (docs/decisions/0042).
 *
 * @param countingOf common table expressions that count the rows of the one called `source`
 * @returns the ids of those that were inserted
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
 * Without keys it has a quarter fewer parameters, and no second reader of what it was given. The only conflict there can be is that of
 * an author and a product, since ids come from a sequence; naming it would have PostgreSQL look up the indexes of each segment
 * in its catalog, in every batch (a tenth of its time at 30 segments).
 */
function insertionStatement(
  name: string,
  countingOf: (source: string) => string,
  isKeyed: boolean,
): Statement {
  return {
    name,
    text: `
      WITH input AS (
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::review_state[], $5::smallint[],
                             $6::boolean[], $7::boolean[], $8::smallint[], $9::text[], $10::jsonb[], $11::text[],
                             ${splitJson('$12')}, ${splitJson('$13')}::jsonb[]${isKeyed ? ', $14::bytea[], $15::bytea[], $16::text[], $17::text[]' : ''})
          AS i (review_id, product_id, created_at, state, rating, recommended, verified, photo_count, locale,
                characteristics, author_email, payload, verdict${isKeyed ? ', key_hash, request_hash, location, body' : ''})
      ), inserted AS (
        INSERT INTO reviews (review_id, product_id, created_at, state, rating, recommended, verified, photo_count,
                             locale, characteristics, author_email, payload, verdict)
        SELECT review_id, product_id, created_at, state, rating, recommended, verified, photo_count,
               locale, characteristics, author_email, payload, verdict
        FROM input
        ${isKeyed ? 'WHERE NOT EXISTS (SELECT FROM idempotency_keys AS k WHERE k.key_hash = input.key_hash)' : ''}
        ORDER BY product_id COLLATE "C", author_email
        ON CONFLICT DO NOTHING
        RETURNING review_id, product_id, state, rating, recommended, verified, photo_count, characteristics
      ), ${isKeyed ? `${KEEP_KEYS}, ` : ''}${countingOf('inserted')}
      SELECT review_id FROM inserted`,
  };
}

const KEEP_KEYS = `kept AS (
        INSERT INTO idempotency_keys (key_hash, request_hash, location, body, review_id)
        SELECT key_hash, request_hash, location, body, review_id
        FROM input JOIN inserted USING (review_id)
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
