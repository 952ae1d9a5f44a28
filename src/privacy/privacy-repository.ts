import type { Pool, PoolClient } from 'pg';

export type ErasureMode = 'remove' | 'anonymize';

/** All that is kept about one review, every JSON as PostgreSQL's text. */
export interface ExportedReview {
  reviewId: string;
  productId: string;
  helpfulCount: string;
  notHelpfulCount: string;
  payload: string;
  state: string;
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
 * The keys of all that bears an e-mail, $1: the unique index on authors, a segment after the other,
 * and what was set aside.
 */
const KEYS_OF_AUTHOR = `
        SELECT product_id, review_id FROM reviews WHERE author_email = $1
        UNION ALL
        SELECT product_id, review_id FROM author_claims WHERE claimed_email = $1`;

/**
 * Up to `limit` of the reviews that bear an e-mail, beyond one of them, in the order of their keys.
 */
export async function listByAuthor(
  reads: Pool,
  authorEmail: string,
  after: { productId: string; reviewId: string },
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

/** The review of this id, by any author. By the primary key of each segment. */
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

/** An author's review, locked, as far as summaries count it. */
export interface AuthoredReview {
  reviewId: string;
  productId: string;
  state: string;
  rating: number;
  recommended: boolean | null;
  verified: boolean;
  photoCount: number;
  characteristics: Readonly<Record<string, number>>;
  payload: string;
}

const SELECT_AUTHORED = `
      SELECT r.review_id AS "reviewId", r.product_id AS "productId", r.state, r.rating, r.recommended, r.verified,
             r.photo_count AS "photoCount", coalesce(r.characteristics, '{}') AS characteristics, r.payload`;

/**
 * Up to `limit` of the reviews that bear an e-mail, locked in the order of their keys, as
 * everything that locks reviews does.
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

/** The review of this id, by any author, locked. By the primary key of each segment. */
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

/** The reviews, and the votes and reports on them. */
export async function deleteReviews(
  client: PoolClient,
  reviews: readonly AuthoredReview[],
): Promise<void> {
  const ids = reviews.map((r) => r.reviewId);
  await client.query({
    name: 'delete_reviews',
    text: `
      DELETE FROM reviews AS r USING unnest($1::text[], $2::bigint[]) AS k (product_id, review_id)
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id`,
    values: [reviews.map((r) => r.productId), ids],
  });
  await client.query('DELETE FROM review_votes WHERE review_id = ANY($1::bigint[])', [ids]);
  await client.query('DELETE FROM review_reports WHERE review_id = ANY($1::bigint[])', [ids]);
}

/** `payload` is the anonymous one; photos are gone from it. */
export async function anonymizeReviews(
  client: PoolClient,
  reviews: readonly (AuthoredReview & { anonymous: string })[],
): Promise<void> {
  await client.query({
    name: 'anonymize_reviews',
    text: `
      UPDATE reviews AS r
      SET author_email = NULL, photo_count = 0, payload = k.payload,
          verdict = jsonb_set(r.verdict, '{findings}',
            jsonb_path_query_array(r.verdict, '$.findings[*] ? (@.field != "author.name")'), false)
      FROM unnest($1::text[], $2::bigint[], $3::text[]) AS k (product_id, review_id, payload)
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id`,
    values: [
      reviews.map((r) => r.productId),
      reviews.map((r) => r.reviewId),
      reviews.map((r) => r.anonymous),
    ],
  });
}

/**
 * What else repeats a review or talks about its author: the e-mail it claims, kept answers, free
 * text of reporters and moderators.
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
 * Empties the stored first pages of these products. Called after their versions were raised: an
 * emptied page bears the version before, so nobody is shown it, and a reader that rendered the page
 * before the erasure cannot put it back (upsert_pages replaces only older versions).
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
