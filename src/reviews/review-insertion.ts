import { type BatchColumn, createBatchColumns } from '../platform/db/batch-columns';
import { type Statement, type TextDatabase, toBytea } from '../platform/db/statement';
import { countingOf } from '../summaries/summary-writer';
import type { NewReview, NumberedReview } from './new-review';

/**
 * Inserts reviews with their Idempotency-Keys and counts the approved ones in their summaries, all
 * in one statement. It is committed when this returns. BEGIN, two statements and COMMIT took a
 * third more of PostgreSQL's time (docs/decisions/0042).
 *
 * A review whose author has already reviewed the product is not inserted if a key vouches for the
 * author. If no key does, the same statement sets the review aside: it inserts it without its
 * e-mail, pending, with a row in author_claims (docs/decisions/0081).
 *
 * @returns the ids of the reviews that were inserted or set aside
 */
export async function insertReviews(
  batches: TextDatabase,
  reviews: readonly NumberedReview[],
): Promise<ReadonlySet<string | null>> {
  const isKeyed = reviews.some(({ idempotency }) => idempotency);
  const statement = isKeyed ? INSERT_REVIEWS_WITH_KEYS : INSERT_REVIEWS;
  const columns = isKeyed ? KEYED_INPUT : UNKEYED_INPUT;
  const rows = await batches.queryText(statement, columns.valuesOf(reviews));
  return new Set(rows.map(([reviewId = null]) => reviewId));
}

type ReviewColumn = BatchColumn<NumberedReview>;

/** The columns of `reviews` that a new review fills. */
const STORED: readonly ReviewColumn[] = [
  { name: 'review_id', type: 'bigint', value: (r) => r.reviewId },
  { name: 'product_id', type: 'text', value: (r) => r.productId },
  { name: 'created_at', type: 'timestamptz', value: (r) => r.createdAt },
  { name: 'state', type: 'review_state', value: (r) => r.state },
  { name: 'rating', type: 'smallint', value: (r) => r.rating },
  { name: 'recommended', type: 'boolean', value: (r) => r.recommended },
  { name: 'verified', type: 'boolean', value: (r) => r.verified },
  { name: 'photo_count', type: 'smallint', value: (r) => r.photoCount },
  { name: 'locale', type: 'text', value: (r) => r.locale },
  { name: 'characteristics', type: 'jsonb', value: (r) => toJson(r.characteristics) },
  { name: 'author_email', type: 'text', value: (r) => r.authorEmail },
  { name: 'payload', type: 'text', value: (r) => r.payload, sentAs: 'json' },
  { name: 'verdict', type: 'jsonb', value: (r) => JSON.stringify(r.verdict), sentAs: 'json' },
];

const VOUCHED: ReviewColumn = {
  name: 'is_vouched_for',
  type: 'boolean',
  value: (r) => r.isVouchedFor,
};

/** The response is sent only with a key, which stores it: it repeats the payload. */
const KEYS: readonly ReviewColumn[] = [
  { name: 'key_hash', type: 'bytea', value: (r) => toBytea(r.idempotency?.keyHash) },
  { name: 'request_hash', type: 'bytea', value: (r) => toBytea(r.idempotency?.requestHash) },
  { name: 'location', type: 'text', value: (r) => (r.idempotency ? r.location : null) },
  { name: 'body', type: 'text', value: (r) => (r.idempotency ? r.body : null) },
];

const UNKEYED_INPUT = createBatchColumns([...STORED, VOUCHED]);
const KEYED_INPUT = createBatchColumns([...STORED, VOUCHED, ...KEYS]);
const STORED_NAMES = createBatchColumns(STORED).names;

/** The columns in which a review that is set aside differs from its input. */
const SET_ASIDE: Readonly<Record<string, string>> = {
  state: `'pending'`,
  author_email: 'NULL',
  verdict: `verdict || '{"same_author": true}'`,
};

const KEEP_KEYS = `kept AS (
        INSERT INTO idempotency_keys (key_hash, request_hash, location, body, review_id)
        SELECT key_hash, request_hash, location, body, review_id
        FROM input JOIN stored USING (review_id)
        WHERE key_hash IS NOT NULL
        ORDER BY key_hash
      )`;

const INSERT_REVIEWS = insertionStatement('insert_reviews', false);
const INSERT_REVIEWS_WITH_KEYS = insertionStatement('insert_reviews_with_keys', true);

/**
 * Without keys it has a quarter fewer parameters. Ids come from a sequence, so only the author and
 * the product can conflict. ON CONFLICT does not name them: PostgreSQL would look up the indexes of
 * each segment in its catalog, in every batch (a tenth of its time at 30 segments).
 *
 * A review that is set aside conflicts with nothing and waits for nothing: its id is new, and it
 * has no e-mail. So the order of locks stays: reviews in the order of products and authors, then
 * keys, then summaries.
 */
function insertionStatement(name: string, isKeyed: boolean): Statement {
  const keyIsNew =
    'NOT EXISTS (SELECT FROM idempotency_keys AS k WHERE k.key_hash = input.key_hash)';
  return {
    name,
    text: `
      WITH input AS (
        SELECT * FROM ${(isKeyed ? KEYED_INPUT : UNKEYED_INPUT).inputAs('i')}
      ), inserted AS (
        INSERT INTO reviews (${STORED_NAMES})
        SELECT ${STORED_NAMES}
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
 * The reviews that `inserted` left out and no key vouches for. PostgreSQL checks the count first:
 * nearly always all reviews were inserted, and then this costs nothing else. The count also makes
 * PostgreSQL finish `inserted` first.
 */
function setAsideOf(keyIsNew: string): string {
  return `refused AS (
        SELECT * FROM input
        WHERE (SELECT count(*) FROM inserted) < cardinality($1) AND NOT is_vouched_for
          AND review_id NOT IN (SELECT review_id FROM inserted) AND ${keyIsNew}
      ), set_aside AS (
        INSERT INTO reviews (${STORED_NAMES})
        SELECT ${STORED.map(({ name }) => SET_ASIDE[name] ?? name).join(', ')}
        FROM refused
        RETURNING review_id
      ), claimed AS (
        INSERT INTO author_claims (review_id, product_id, claimed_email)
        SELECT review_id, product_id, author_email FROM refused
      ), stored AS (
        SELECT review_id FROM inserted UNION ALL SELECT review_id FROM set_aside
      )`;
}

function toJson(characteristics: NewReview['characteristics']): string | null {
  return Object.keys(characteristics).length > 0 ? JSON.stringify(characteristics) : null;
}
