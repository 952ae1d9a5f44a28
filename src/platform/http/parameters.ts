import { z } from 'zod';

/** The path and query parameters that several features share. */

/** The store's own key. It needs no escaping in JSON, SQL text or a header. */
export const productId = z
  .string('is required')
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1–64 of A-Z a-z 0-9 . _ : -')
  .meta({
    description: "The store's own key of the product: an SKU, a handle, a Shopify id",
    examples: ['1'],
  });

/**
 * Up to 2^53 − 1, because many JSON parsers round larger numbers. The database's ids are far below.
 */
export const reviewId = z
  .string()
  .regex(/^[1-9]\d*$/, 'must be a positive integer')
  .refine((id) => isId(id), 'must be a positive integer below 2^53')
  .meta({
    type: 'integer',
    format: 'int64',
    pattern: undefined,
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'The id of the review',
    examples: [1],
  });

/** 1 to 2^53 − 1, in digits. */
export function isId(text: string): boolean {
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text));
}

/** `true` or `false`; absent: null. */
export const optionalFlag = z
  .enum(['true', 'false'], 'must be true or false')
  .meta({ type: 'boolean', enum: undefined })
  .transform((text) => text === 'true')
  .nullable()
  .default(null);

/**
 * A list in one value with commas, `a,b`, or in a repeated parameter, `p=a&p=b`. Both are checked as
 * one text with commas, and documented as an array of `items`.
 */
export function listParameter<Checked extends z.ZodType<unknown, string>>(
  checked: Checked,
  items: object,
) {
  return z
    .preprocess((given) => (Array.isArray(given) ? given.join(',') : given), checked)
    .meta({ type: 'array', pattern: undefined, items, minItems: 1 });
}

/** The size of a page. */
export function pageSize(max: number, byDefault: number) {
  const isInRange = (text: string) =>
    /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= max;
  return z
    .string()
    .refine(isInRange, `must be a whole number from 1 to ${max}`)
    .transform(Number)
    .default(byDefault)
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: max,
      default: byDefault,
      description: `How many a page holds at most; left out: ${byDefault}`,
    });
}
