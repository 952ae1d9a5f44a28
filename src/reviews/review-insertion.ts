import { type BatchColumn, createBatchColumns } from '../platform/db/batch-columns';
import type { Statement, TextDatabase } from '../platform/db/statement';
import type { NewReview } from './review-writer';

/** A review with its id, and so with the answer to its author. */
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
  const unkeyed = {
    columns: UNKEYED_INPUT,
    ...insertionStatement('insert_reviews', countingOf, false),
  };
  const keyed = {
    columns: KEYED_INPUT,
    ...insertionStatement('insert_reviews_with_keys', countingOf, true),
  };

  return async (reviews) => {
    const statement = reviews.some(({ idempotency }) => idempotency) ? keyed : unkeyed;
    const rows = await batches.queryText(statement, statement.columns.valuesOf(reviews));
    return new Set(rows.map(([reviewId = null]) => reviewId));
  };
}

type ReviewColumn = BatchColumn<NumberedReview>;

/** The columns of `reviews` that a new review fills, and how. */
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

/** The answer goes along only where it is kept: it repeats the payload. */
const KEYS: readonly ReviewColumn[] = [
  { name: 'key_hash', type: 'bytea', value: (r) => toBytea(r.idempotency?.keyHash) },
  { name: 'request_hash', type: 'bytea', value: (r) => toBytea(r.idempotency?.requestHash) },
  { name: 'location', type: 'text', value: (r) => (r.idempotency ? r.location : null) },
  { name: 'body', type: 'text', value: (r) => (r.idempotency ? r.body : null) },
];

const UNKEYED_INPUT = createBatchColumns([...STORED, VOUCHED]);
const KEYED_INPUT = createBatchColumns([...STORED, VOUCHED, ...KEYS]);
const STORED_NAMES = STORED.map(({ name }) => name).join(', ');

/** What a review that is set aside has in place of its own. */
const SET_ASIDE: Readonly<Record<string, string>> = {
  state: `'pending'`,
  author_email: 'NULL',
  verdict: `verdict || '{"same_author": true}'`,
};

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

const KEEP_KEYS = `kept AS (
        INSERT INTO idempotency_keys (key_hash, request_hash, location, body, review_id)
        SELECT key_hash, request_hash, location, body, review_id
        FROM input JOIN stored USING (review_id)
        WHERE key_hash IS NOT NULL
        ORDER BY key_hash
      )`;

function toJson(characteristics: NewReview['characteristics']): string | null {
  return Object.keys(characteristics).length > 0 ? JSON.stringify(characteristics) : null;
}

function toBytea(bytes: Buffer | undefined): string | null {
  return bytes ? `\\x${bytes.toString('hex')}` : null;
}
