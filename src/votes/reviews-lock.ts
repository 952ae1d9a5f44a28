import type { PoolClient } from 'pg';

/** A review by its key. */
export interface ReviewKey {
  productId: string;
  reviewId: string;
}

/** An approved review, locked until the transaction ends, as far as votes and reports need it. */
export interface LockedReview extends ReviewKey {
  helpfulCount: number;
  notHelpfulCount: number;
}

/**
 * Locks the approved ones of these reviews, in the order of their keys: batches that vote, report
 * and decide on the same reviews wait for each other and cannot deadlock. By primary key, one
 * segment a review.
 */
export async function lockApprovedReviews(
  client: PoolClient,
  keys: readonly ReviewKey[],
): Promise<Map<string, LockedReview>> {
  const { rows } = await client.query<[string, string, number, number]>({
    name: 'lock_approved_reviews',
    text: `
      SELECT r.review_id, r.product_id, r.helpful_count, r.not_helpful_count
      FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::bigint[]) AS k (product_id, review_id)) AS k
      JOIN reviews AS r ON r.product_id = k.product_id AND r.review_id = k.review_id
      WHERE r.state = 'approved'
      ORDER BY r.product_id, r.review_id
      FOR UPDATE OF r`,
    values: [keys.map((k) => k.productId), keys.map((k) => k.reviewId)],
    rowMode: 'array',
  });
  return new Map(
    rows.map(([reviewId, productId, helpfulCount, notHelpfulCount]) => [
      reviewId,
      { reviewId, productId, helpfulCount, notHelpfulCount },
    ]),
  );
}
