import { badParameter } from './openapi-problems';

/** Examples of `invalid-request` for the parameters that several features share. */
export const BAD_PRODUCT_ID = badParameter('product_id', 'must be 1–64 of A-Z a-z 0-9 . _ : -');
export const BAD_REVIEW_ID = badParameter('review_id', 'must be a positive integer');
/** For an operation that refuses every query parameter. */
export const UNKNOWN_PARAMETER = [
  'invalid-request',
  badParameter('page', 'is not known: there are no parameters here'),
] as const;
