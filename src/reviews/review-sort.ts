/**
 * The six orders of a listing. Each is one index read forwards or backwards, ties broken by review
 * id; the page after a review is what lies beyond its (key, id).
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

/**
 * A place in a listing: the sort key (PostgreSQL's text) and id of the review that it lies behind.
 */
export interface Position {
  key: string;
  reviewId: string;
}

const BEFORE_ALL = {
  integer: { ASC: '-2147483648', DESC: '2147483647' },
  timestamptz: { ASC: '-infinity', DESC: 'infinity' },
} as const;

/**
 * The place before the first review: a first page is a next page too, and needs no statement of its
 * own.
 */
export function startOf(sort: Sort): Position {
  const { keyType, direction } = ORDERS[sort];
  return {
    key: BEFORE_ALL[keyType][direction],
    reviewId: direction === 'DESC' ? '9223372036854775807' : '0',
  };
}
