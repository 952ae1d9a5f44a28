import { type BatchColumn, createBatchColumns } from '../platform/db/batch-columns';

/** Names a review. The product comes first: it tells the segment. */
export interface ReviewKey {
  productId: string;
  reviewId: string;
}

/** Only `approved` reviews are shown. Reporters flag a review; a moderator approves or rejects. */
export type ReviewState = 'pending' | 'approved' | 'rejected' | 'flagged';

/** For statements that get more per review than its key. */
export const REVIEW_KEY_COLUMNS: readonly BatchColumn<ReviewKey>[] = [
  { name: 'product_id', type: 'text', value: ({ productId }) => productId },
  { name: 'review_id', type: 'bigint', value: ({ reviewId }) => reviewId },
];

/** For statements about many reviews: their keys are $1 and $2. */
export const REVIEW_KEYS = createBatchColumns(REVIEW_KEY_COLUMNS);
