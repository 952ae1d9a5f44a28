/**
 * The six orders of a listing. For each, PostgreSQL reads one index forwards or backwards. The
 * review id orders reviews with equal keys. The page after a review begins after its (key, id).
 */
export const SORTS = ['relevant', 'newest', 'oldest', 'highest', 'lowest', 'helpful'] as const;
export type Sort = (typeof SORTS)[number];

interface Order {
  column: 'relevance' | 'created_at' | 'rating' | 'helpful_count';
  keyType: 'integer' | 'timestamptz';
  direction: 'ASC' | 'DESC';
}

export const ORDERS: Readonly<Record<Sort, Order>> = {
  relevant: { column: 'relevance', keyType: 'integer', direction: 'DESC' },
  newest: { column: 'created_at', keyType: 'timestamptz', direction: 'DESC' },
  oldest: { column: 'created_at', keyType: 'timestamptz', direction: 'ASC' },
  highest: { column: 'rating', keyType: 'integer', direction: 'DESC' },
  lowest: { column: 'rating', keyType: 'integer', direction: 'ASC' },
  helpful: { column: 'helpful_count', keyType: 'integer', direction: 'DESC' },
};

/** A place in a listing: after the review with this sort key (PostgreSQL's text) and id. */
export interface Position {
  key: string;
  reviewId: string;
}

const BEFORE_ALL = {
  integer: { ASC: '-2147483648', DESC: '2147483647' },
  timestamptz: { ASC: '-infinity', DESC: 'infinity' },
} as const;

/** The place before the first review, so that a first page uses the statement of the next ones. */
export function startOf(sort: Sort): Position {
  const { keyType, direction } = ORDERS[sort];
  return {
    key: BEFORE_ALL[keyType][direction],
    reviewId: direction === 'DESC' ? '9223372036854775807' : '0',
  };
}
