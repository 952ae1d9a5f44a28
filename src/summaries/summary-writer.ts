import type { PoolClient } from 'pg';
import { createBatchColumns } from '../platform/db/batch-columns';
import type { Statement } from '../platform/db/statement';
import { sendText } from '../platform/db/text-query';

/** What summaries count of a review. */
export interface CountedReview {
  productId: string;
  rating: number;
  recommended: boolean | null;
  verified: boolean;
  photoCount: number;
  characteristics: Readonly<Record<string, number>>;
}

/** A `CountedReview` from a row `r` of `reviews`, for SELECT and RETURNING. */
export const COUNTED_COLUMNS = `r.product_id AS "productId", r.rating, r.recommended, r.verified,
             r.photo_count AS "photoCount", coalesce(r.characteristics, '{}') AS characteristics`;

/** +1: the review is shown from now on; −1: it is no longer shown. */
export interface SummaryChange extends CountedReview {
  change: 1 | -1;
}

const CHANGES = createBatchColumns<SummaryChange>([
  { name: 'product_id', type: 'text', value: (r) => r.productId },
  { name: 'rating', type: 'smallint', value: (r) => r.rating },
  { name: 'recommended', type: 'boolean', value: (r) => r.recommended },
  { name: 'verified', type: 'boolean', value: (r) => r.verified },
  { name: 'photo_count', type: 'integer', value: (r) => r.photoCount },
  {
    name: 'characteristics',
    type: 'jsonb',
    value: (r) => JSON.stringify(r.characteristics),
    sentAs: 'json',
  },
  { name: 'change', type: 'integer', value: (r) => r.change },
]);

/**
 * Two common table expressions for a statement that has one called `changed`, with the columns of
 * `CHANGES`. `rated` sums the characteristics per product. `counted` adds all sums to the summaries.
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
        SELECT * FROM ${CHANGES.inputAs('r')}
      ), ${COUNT_CHANGED}
      SELECT 1`,
};

/**
 * Common table expressions that count reviews in the statement that inserts them. They follow the
 * one called `source`, which has the columns of the reviews. This saves a round trip, and sending
 * the columns a second time.
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
 * Adds reviews that are shown from now on to their summaries, takes away those that no longer are,
 * and raises each product's version once. Call it in the transaction that changes the reviews,
 * after that has locked them. The statement locks products in the order of their keys, so two
 * batches cannot deadlock.
 */
export async function changeSummaries(
  client: PoolClient,
  changes: readonly SummaryChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await sendText(client, CHANGE_SUMMARIES_STATEMENT, CHANGES.valuesOf(changes));
}

/**
 * Raises the products' versions after a change that shoppers see but no summary counts: a vote, a
 * merchant response. Locks products in the order of their keys.
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
