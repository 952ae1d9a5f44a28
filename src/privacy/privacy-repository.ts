import type { Pool, PoolClient } from 'pg';
import { createBatchColumns } from '../platform/db/batch-columns';
import {
  REVIEW_KEY_COLUMNS,
  REVIEW_KEYS,
  type ReviewKey,
  type ReviewState,
} from '../reviews/review-key';
import type { StoredReview } from '../reviews/review-payload';
import { COUNTED_COLUMNS, type CountedReview } from '../summaries/summary-writer';

export type ErasureMode = 'remove' | 'anonymize';

/** Everything that is stored about one review. `verdict` to `moderation` are JSON texts. */
export interface ExportedReview extends ReviewKey, StoredReview {
  state: ReviewState;
  verdict: string | null;
  reports: string;
  moderation: string;
}

const SELECT_EXPORTED = `
      SELECT r.review_id AS "reviewId", r.product_id AS "productId", r.helpful_count::text AS "helpfulCount",
             r.not_helpful_count::text AS "notHelpfulCount", r.payload, r.state, r.verdict::text,
             (SELECT coalesce(json_agg(json_build_object('reason', p.reason, 'detail', p.detail)), '[]')
              FROM review_reports AS p WHERE p.review_id = r.review_id)::text AS reports,
             (SELECT coalesce(json_agg(json_build_object('action', audit_action(a.action), 'reason', a.reason, 'acted_at', a.acted_at)), '[]')
              FROM moderation_actions AS a WHERE a.review_id = r.review_id)::text AS moderation`;

/**
 * The keys of all reviews under an e-mail, $1: by the unique index on authors, in one segment after
 * the other, and those that were set aside.
 */
const KEYS_OF_AUTHOR = `
        SELECT product_id, review_id FROM reviews WHERE author_email = $1
        UNION ALL
        SELECT product_id, review_id FROM author_claims WHERE claimed_email = $1`;

/** Up to `limit` of the reviews under an e-mail, after the given one, in the order of their keys. */
export async function listByAuthor(
  reads: Pool,
  authorEmail: string,
  after: ReviewKey,
  limit: number,
): Promise<ExportedReview[]> {
  const { rows } = await reads.query<ExportedReview>({
    name: 'list_by_author',
    text: `
      ${SELECT_EXPORTED}
      FROM (${KEYS_OF_AUTHOR}) AS k
      JOIN reviews AS r ON r.product_id = k.product_id AND r.review_id = k.review_id
      WHERE (k.product_id, k.review_id) > ($2, $3::bigint)
      ORDER BY k.product_id, k.review_id
      LIMIT $4`,
    values: [authorEmail, after.productId, after.reviewId, limit],
  });
  return rows;
}

/** The review of this id: none or one. Uses the primary key of each segment. */
export async function listById(
  reads: Pool,
  reviewId: string,
  productId: string | null,
): Promise<ExportedReview[]> {
  const { rows } = await reads.query<ExportedReview>({
    name: 'list_by_id',
    text: `
      ${SELECT_EXPORTED}
      FROM reviews AS r
      WHERE r.review_id = $1 AND ($2::text IS NULL OR r.product_id = $2)`,
    values: [reviewId, productId],
  });
  return rows;
}

/** A review of the subject, which the transaction has locked. */
export interface AuthoredReview extends ReviewKey, CountedReview {
  state: ReviewState;
  payload: string;
}

const SELECT_AUTHORED = `
      SELECT r.review_id AS "reviewId", r.state, ${COUNTED_COLUMNS}, r.payload`;

/**
 * Locks up to `limit` of the reviews under an e-mail, in the order of their keys, like all code
 * that locks reviews.
 */
export async function lockByAuthor(
  client: PoolClient,
  authorEmail: string,
  limit: number,
): Promise<AuthoredReview[]> {
  const { rows } = await client.query<AuthoredReview>({
    name: 'lock_by_author',
    text: `
      ${SELECT_AUTHORED}
      FROM (${KEYS_OF_AUTHOR}) AS k
      JOIN reviews AS r ON r.product_id = k.product_id AND r.review_id = k.review_id
      ORDER BY r.product_id, r.review_id
      LIMIT $2
      FOR UPDATE OF r`,
    values: [authorEmail, limit],
  });
  return rows;
}

/** Locks the review of this id: none or one. Uses the primary key of each segment. */
export async function lockById(
  client: PoolClient,
  reviewId: string,
  productId: string | null,
): Promise<AuthoredReview[]> {
  const { rows } = await client.query<AuthoredReview>({
    name: 'lock_by_id',
    text: `
      ${SELECT_AUTHORED}
      FROM reviews AS r
      WHERE r.review_id = $1 AND ($2::text IS NULL OR r.product_id = $2)
      FOR UPDATE`,
    values: [reviewId, productId],
  });
  return rows;
}

/** Deletes the reviews, and the votes and reports on them. */
export async function deleteReviews(
  client: PoolClient,
  reviews: readonly AuthoredReview[],
): Promise<void> {
  const ids = reviews.map((r) => r.reviewId);
  await client.query({
    name: 'delete_reviews',
    text: `
      DELETE FROM reviews AS r USING ${REVIEW_KEYS.inputAs('k')}
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id`,
    values: REVIEW_KEYS.valuesOf(reviews),
  });
  await client.query('DELETE FROM review_votes WHERE review_id = ANY($1::bigint[])', [ids]);
  await client.query('DELETE FROM review_reports WHERE review_id = ANY($1::bigint[])', [ids]);
}

interface AnonymousReview extends ReviewKey {
  /** Without the author's name and photos. */
  payload: string;
}

const ANONYMOUS_REVIEWS = createBatchColumns<AnonymousReview>([
  ...REVIEW_KEY_COLUMNS,
  { name: 'payload', type: 'text', value: ({ payload }) => payload, sentAs: 'json' },
]);

export async function anonymizeReviews(
  client: PoolClient,
  reviews: readonly AnonymousReview[],
): Promise<void> {
  await client.query({
    name: 'anonymize_reviews',
    text: `
      UPDATE reviews AS r
      SET author_email = NULL, photo_count = 0, payload = k.payload,
          verdict = jsonb_set(r.verdict, '{findings}',
            jsonb_path_query_array(r.verdict, '$.findings[*] ? (@.field != "author.name")'), false)
      FROM ${ANONYMOUS_REVIEWS.inputAs('k')}
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id`,
    values: ANONYMOUS_REVIEWS.valuesOf(reviews),
  });
}

/**
 * Deletes everything else that repeats a review or is about its author: the e-mail that it claims,
 * stored responses, and the free text of reporters and moderators.
 */
export async function deleteTraces(
  client: PoolClient,
  reviewIds: readonly string[],
): Promise<void> {
  await client.query('DELETE FROM author_claims WHERE review_id = ANY($1::bigint[])', [reviewIds]);
  await client.query('DELETE FROM idempotency_keys WHERE review_id = ANY($1::bigint[])', [
    reviewIds,
  ]);
  await client.query(
    'UPDATE review_reports SET detail = NULL WHERE review_id = ANY($1::bigint[])',
    [reviewIds],
  );
  await client.query(
    'UPDATE moderation_actions SET reason = NULL WHERE review_id = ANY($1::bigint[])',
    [reviewIds],
  );
}

/**
 * Empties the stored first pages of these products. Call it after their versions were raised. An
 * emptied page has the version before, so no reader uses it. An instance that rendered the page
 * before the erasure cannot store it again, because upsert_pages replaces only older versions.
 */
export async function emptyPages(client: PoolClient, productIds: readonly string[]): Promise<void> {
  await client.query({
    name: 'empty_pages',
    text: `
      INSERT INTO product_pages AS p (product_id, version, page)
      SELECT product_id, version - 1, '' FROM product_summaries WHERE product_id = ANY($1) ORDER BY product_id
      ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, page = ''
      WHERE p.version <= excluded.version`,
    values: [productIds],
  });
}

export async function insertErasure(
  writes: Pool,
  clientId: string,
  mode: ErasureMode,
  reviewCount: number,
): Promise<void> {
  await writes.query(
    'INSERT INTO privacy_erasures (client_id, mode, review_count) VALUES ($1, $2, $3)',
    [clientId, mode, reviewCount],
  );
}
