import type { PoolClient } from 'pg';
import { REVIEW_KEYS, type ReviewKey } from '../reviews/review-key';

/** An approved review, locked until the transaction ends. */
export interface LockedReview extends ReviewKey {
  helpfulCount: number;
  notHelpfulCount: number;
}

/**
 * Locks the approved ones among these reviews, in the order of their keys. Batches of votes,
 * reports and decisions on the same reviews wait for each other, so they cannot deadlock. Uses the
 * primary key, in one segment per review.
 */
export async function lockApprovedReviews(
  client: PoolClient,
  keys: readonly ReviewKey[],
): Promise<Map<string, LockedReview>> {
  const { rows } = await client.query<[string, string, number, number]>({
    name: 'lock_approved_reviews',
    text: `
      SELECT r.review_id, r.product_id, r.helpful_count, r.not_helpful_count
      FROM (SELECT DISTINCT * FROM ${REVIEW_KEYS.inputAs('k')}) AS k
      JOIN reviews AS r ON r.product_id = k.product_id AND r.review_id = k.review_id
      WHERE r.state = 'approved'
      ORDER BY r.product_id, r.review_id
      FOR UPDATE OF r`,
    values: REVIEW_KEYS.valuesOf(keys),
    rowMode: 'array',
  });
  return new Map(
    rows.map(([reviewId, productId, helpfulCount, notHelpfulCount]) => [
      reviewId,
      { reviewId, productId, helpfulCount, notHelpfulCount },
    ]),
  );
}
