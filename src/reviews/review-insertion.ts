import { type BatchColumn, createBatchColumns } from '../platform/db/batch-columns';
import { isUniqueViolation } from '../platform/db/pg-errors';
import { type Statement, type TextDatabase, toBytea } from '../platform/db/statement';
import { countingOf } from '../summaries/summary-writer';
import type { NewReview, NumberedReview } from './new-review';

/** @returns the ids of the reviews that were inserted or set aside */
type InsertReviews = (reviews: readonly NumberedReview[]) => Promise<ReadonlySet<string | null>>;

/** How many batches look for conflicts after one was found. */
const CHECKED_AFTER_CONFLICT = 100;

/**
 * Inserts reviews with their Idempotency-Keys and counts the approved ones in their summaries, all
 * in one statement. It is committed when this returns. BEGIN, two statements and COMMIT took a
 * third more of PostgreSQL's time (docs/decisions/0042).
 *
 * A review whose author has already reviewed the product is not inserted if a key vouches for the
 * author. If no key does, the same statement sets the review aside: it inserts it without its
 * e-mail, pending, with a row in author_claims (docs/decisions/0081).
 *
 * To look for such a review before it inserts one takes a fifth of PostgreSQL's time. So if keys
 * vouch for all authors of a batch, the first statement does not look; the unique indexes stop it
 * if anything conflicts, and it has then written nothing. The batch is written again by the
 * statement that looks, and so are the next hundred: a client that repeats itself makes at most
 * one batch in a hundred run twice. A review for whose author no key vouches always meets the
 * statement that looks. Otherwise its sender could tell a known e-mail by the longer wait
 * (docs/decisions/0054).
 */
export function createReviewInsertion(batches: TextDatabase): InsertReviews {
  let checkedBatches = 0;

  return async function insertReviews(reviews) {
    if (checkedBatches > 0) checkedBatches -= 1;
    else if (reviews.every(({ isVouchedFor }) => isVouchedFor)) {
      try {
        return await insert(batches, UNCHECKED, reviews);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        checkedBatches = CHECKED_AFTER_CONFLICT;
      }
    }
    return insert(batches, CHECKED, reviews);
  };
}

async function insert(
  batches: TextDatabase,
  statements: Insertion,
  reviews: readonly NumberedReview[],
): Promise<ReadonlySet<string | null>> {
  const isKeyed = reviews.some(({ idempotency }) => idempotency);
  const columns = isKeyed ? KEYED_INPUT : UNKEYED_INPUT;
  const statement = isKeyed ? statements.keyed : statements.unkeyed;
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

const ALL_STORED = 'stored AS (SELECT review_id FROM inserted)';

/** Reads `stored`, so PostgreSQL inserts the reviews first. */
const KEEP_KEYS = `kept AS (
        INSERT INTO idempotency_keys (key_hash, request_hash, location, body, review_id)
        SELECT key_hash, request_hash, location, body, review_id
        FROM input JOIN stored USING (review_id)
        WHERE key_hash IS NOT NULL
        ORDER BY key_hash
      )`;

interface Insertion {
  unkeyed: Statement;
  /** For a batch with an Idempotency-Key. The other has a quarter fewer parameters. */
  keyed: Statement;
}

const CHECKED: Insertion = {
  unkeyed: insertionStatement('insert_reviews', { isKeyed: false, isChecked: true }),
  keyed: insertionStatement('insert_reviews_with_keys', { isKeyed: true, isChecked: true }),
};
const UNCHECKED: Insertion = {
  unkeyed: insertionStatement('insert_new_reviews', { isKeyed: false, isChecked: false }),
  keyed: insertionStatement('insert_new_reviews_with_keys', { isKeyed: true, isChecked: false }),
};

/**
 * Ids come from a sequence, so only the author and the product can conflict, or the key. ON CONFLICT
 * does not name them: PostgreSQL would look up the indexes of each segment in its catalog, in every
 * batch (a tenth of its time at 30 segments).
 *
 * A review that is set aside conflicts with nothing and waits for nothing: its id is new, and it
 * has no e-mail. So the order of locks stays: reviews in the order of products and authors, then
 * keys, then summaries.
 */
function insertionStatement(
  name: string,
  { isKeyed, isChecked }: { isKeyed: boolean; isChecked: boolean },
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
        ${isKeyed && isChecked ? `WHERE ${keyIsNew}` : ''}
        ORDER BY product_id COLLATE "C", author_email
        ${isChecked ? 'ON CONFLICT DO NOTHING' : ''}
        RETURNING review_id, product_id, state, rating, recommended, verified, photo_count, characteristics
      ), ${isChecked ? setAsideOf(isKeyed ? keyIsNew : 'true') : ALL_STORED}, ${isKeyed ? `${KEEP_KEYS}, ` : ''}${countingOf('inserted')}
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
