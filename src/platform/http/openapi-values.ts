import { badParameter } from './openapi-problems';

/**
 * What the service says of the parameters that several features share, for the examples of
 * `invalid-request`.
 */
export const BAD_PRODUCT_ID = badParameter('product_id', 'must be 1–64 of A-Z a-z 0-9 . _ : -');
export const BAD_REVIEW_ID = badParameter('review_id', 'must be a positive integer');
/** Of an operation that takes no query and refuses what is in one. */
export const UNKNOWN_PARAMETER = [
  'invalid-request',
  badParameter('page', 'is not known: there are no parameters here'),
] as const;
