import type { PoolClient } from 'pg';
import type { Statement } from '../platform/db/statement';
import { sendText } from '../platform/db/text-query';

/** One review, as far as summaries count it. */
export interface CountedReview {
  productId: string;
  rating: number;
  recommended: boolean | null;
  verified: boolean;
  photoCount: number;
  characteristics: Readonly<Record<string, number>>;
}

/** +1: it is shown from now on; −1: it no longer is. */
export interface SummaryChange extends CountedReview {
  change: 1 | -1;
}

export interface ReviewKey {
  productId: string;
  reviewId: string;
}

/**
 * Two common table expressions for a statement that has one called `changed`, with the columns of a
 * SummaryChange: what its rows come to a product, and `counted`, which adds that to the summaries.
 */
const COUNT_CHANGED = `
      rated AS (
        SELECT product_id, jsonb_object_agg(name, jsonb_build_object('sum', total, 'count', count)) AS characteristics
        FROM (
          SELECT product_id, name, sum(value::integer * change) AS total, sum(change) AS count
          FROM changed, jsonb_each(changed.characteristics) AS each_rated (name, value)
          GROUP BY product_id, name
        ) AS sums
        GROUP BY product_id
      ), counted AS (
        INSERT INTO product_summaries AS s (product_id, rating_1, rating_2, rating_3, rating_4, rating_5,
                                            recommended_yes, recommended_no, verified_count, photo_count, characteristics)
        SELECT product_id,
               coalesce(sum(change) FILTER (WHERE rating = 1), 0), coalesce(sum(change) FILTER (WHERE rating = 2), 0),
               coalesce(sum(change) FILTER (WHERE rating = 3), 0), coalesce(sum(change) FILTER (WHERE rating = 4), 0),
               coalesce(sum(change) FILTER (WHERE rating = 5), 0),
               coalesce(sum(change) FILTER (WHERE recommended), 0), coalesce(sum(change) FILTER (WHERE NOT recommended), 0),
               coalesce(sum(change) FILTER (WHERE verified), 0), sum(change * photo_count),
               coalesce((SELECT rated.characteristics FROM rated WHERE rated.product_id = changed.product_id), '{}')
        FROM changed
        GROUP BY product_id
        ORDER BY product_id COLLATE "C"
        ON CONFLICT (product_id) DO UPDATE SET
          version = s.version + 1,
          rating_1 = s.rating_1 + excluded.rating_1,
          rating_2 = s.rating_2 + excluded.rating_2,
          rating_3 = s.rating_3 + excluded.rating_3,
          rating_4 = s.rating_4 + excluded.rating_4,
          rating_5 = s.rating_5 + excluded.rating_5,
          recommended_yes = s.recommended_yes + excluded.recommended_yes,
          recommended_no = s.recommended_no + excluded.recommended_no,
          verified_count = s.verified_count + excluded.verified_count,
          photo_count = s.photo_count + excluded.photo_count,
          -- The function is a statement of its own: most reviews rate no characteristic and need not pay for it.
          characteristics = CASE WHEN excluded.characteristics = '{}' THEN s.characteristics
                                 ELSE add_characteristics(s.characteristics, excluded.characteristics) END
      )`;

const CHANGE_SUMMARIES_STATEMENT: Statement = {
  name: 'change_summaries',
  text: `
      WITH changed AS (
        SELECT * FROM unnest($1::text[], $2::smallint[], $3::boolean[], $4::boolean[], $5::integer[], $6::jsonb[], $7::integer[])
          AS r (product_id, rating, recommended, verified, photo_count, characteristics, change)
      ), ${COUNT_CHANGED}
      SELECT 1`,
};

/**
 * The same for reviews that are just being inserted: common table expressions to add to that
 * statement, behind the one called `source`, which has their columns. A round trip less, and what
 * was inserted need not be sent again.
 */
export function countingOf(source: string): string {
  return `
      changed AS NOT MATERIALIZED (
        SELECT product_id, rating, recommended, verified, photo_count, characteristics, 1 AS change
        FROM ${source}
        WHERE state = 'approved'
      ), ${COUNT_CHANGED}`;
}

/**
 * Brings summaries up to date with reviews that begin or cease to be shown, and raises each
 * product's version once. To be called in the transaction that changes the reviews, after locking
 * those. Products are locked in the order of their keys, so two batches cannot deadlock.
 */
export async function changeSummaries(
  client: PoolClient,
  changes: readonly SummaryChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const values = [
    changes.map((r) => r.productId),
    changes.map((r) => r.rating),
    changes.map((r) => r.recommended),
    changes.map((r) => r.verified),
    changes.map((r) => r.photoCount),
    changes.map((r) => JSON.stringify(r.characteristics)),
    changes.map((r) => r.change),
  ];
  await sendText(client, CHANGE_SUMMARIES_STATEMENT, values);
}

/**
 * Like `changeSummaries` for reviews that are in the table and locked: adds or takes away what
 * their rows say.
 */
export async function changeSummariesOf(
  client: PoolClient,
  keys: readonly ReviewKey[],
  change: 1 | -1,
): Promise<void> {
  const { rows } = await client.query<CountedReview>({
    name: 'find_counted_reviews',
    text: `
      SELECT r.product_id AS "productId", r.rating, r.recommended, r.verified, r.photo_count AS "photoCount",
             coalesce(r.characteristics, '{}') AS characteristics
      FROM unnest($1::text[], $2::bigint[]) AS k (product_id, review_id)
      JOIN reviews AS r ON r.product_id = k.product_id AND r.review_id = k.review_id`,
    values: [keys.map((k) => k.productId), keys.map((k) => k.reviewId)],
  });
  await changeSummaries(
    client,
    rows.map((review) => ({ ...review, change })),
  );
}

/**
 * For a change that shoppers see but no summary counts: a vote, a reply. Products in the order of
 * their keys.
 */
export async function raiseVersions(
  client: PoolClient,
  productIds: readonly string[],
): Promise<void> {
  await client.query({
    name: 'raise_versions',
    text: `
      WITH locked AS (
        SELECT product_id FROM product_summaries WHERE product_id = ANY($1) ORDER BY product_id FOR UPDATE
      )
      UPDATE product_summaries AS s SET version = s.version + 1 FROM locked WHERE s.product_id = locked.product_id`,
    values: [[...new Set(productIds)]],
  });
}
