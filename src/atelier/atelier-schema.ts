import { z } from 'zod';
import { email, line, text, webAddress } from '../platform/http/body-fields';
import { reviewId } from '../platform/http/parameters';

/**
 * The older contract, as existing front ends speak it. What they send that makes no sense is read
 * as its default, as the old servers did; only a bad product is refused.
 */

const LEGACY_SORTS = {
  relevant: 'relevant',
  newest: 'newest',
  helpful: 'helpful',
  helpfulness: 'helpful',
} as const;

const productKey = z.string().regex(/^\d{1,18}$/);

/** What is served at most: more would read a whole segment for one answer. */
const COUNT_MAX = 1_000;
const PAGE_MAX = 100_000;

/**
 * What is more than `max` is read as `max`: a front end that asks for everything gets as much as
 * there is to get.
 */
function upTo(max: number, byDefault: number) {
  return z.coerce
    .number()
    .int()
    .min(1)
    .catch(byDefault)
    .transform((number) => Math.min(number, max));
}

const listing = {
  page: upTo(PAGE_MAX, 1),
  count: upTo(COUNT_MAX, 5),
  sort: z
    .enum(['relevant', 'newest', 'helpful', 'helpfulness'])
    .catch('relevant')
    .transform((name) => LEGACY_SORTS[name]),
};

export const listQuery = z.object({ product_id: productKey, ...listing });
export const metaQuery = z.object({ product_id: productKey });

/** Numbers come as texts from some forms. */
const stars = z.union(
  [
    z.int().min(1).max(5),
    z
      .string()
      .regex(/^[1-5]$/)
      .transform(Number),
  ],
  'must be a whole number from 1 to 5',
);

/** Some forms let shoppers write a summary of several lines. */
const oneLine = z.string('must be a text').transform((text) => text.replace(/[\t\r\n]+/g, ' '));

/**
 * What existing front ends post. Fields that they send besides are ignored, as they always were.
 */
export const legacyDraft = z
  .object(
    {
      rating: stars,
      summary: oneLine.pipe(line(0, 150)).default(''),
      body: text(1, 5000),
      recommend: z.boolean('must be true or false').nullable().default(null),
      name: line(1, 60),
      email,
      photos: z
        .array(webAddress(/^https?:/, 'must be a URL'), 'must be a list of URLs')
        .max(5, 'must be at most 5')
        .default([]),
      characteristics: z.record(z.string(), stars, 'must be an object like { "14": 5 }').default({}),
    },
    'must be an object',
  )
  .meta({ id: 'OlderReviewDraft' });
export type LegacyDraft = z.output<typeof legacyDraft>;

/** In the body of `POST /reviews` the product stands beside the draft, as a number or a text. */
export const productInBody = z.object({
  product_id: z.union([productKey, z.int().min(0).transform(String)]),
});

export const legacyReviewPath = z.object({ review_id: reviewId });

const legacyReview = z.strictObject({
  review_id: z.int(),
  rating: z.int(),
  summary: z.string(),
  recommend: z.boolean(),
  response: z.string().nullable(),
  body: z.string(),
  date: z.iso.datetime(),
  reviewer_name: z.string(),
  helpfulness: z.int(),
  photos: z.array(z.strictObject({ id: z.int(), url: z.string() })),
});

export const legacyList = z
  .strictObject({
    product: z.string(),
    page: z.int().meta({ description: 'The row offset: 0 for page 1' }),
    count: z.int(),
    results: z.array(legacyReview),
  })
  .meta({ id: 'OlderReviewList' });
export type LegacyList = z.infer<typeof legacyList>;

/** Counts are texts; only ratings that occur are present; averages have sixteen decimals. */
export const legacyMeta = z
  .strictObject({
    product_id: z.string(),
    ratings: z.partialRecord(z.enum(['1', '2', '3', '4', '5']), z.string()),
    recommended: z.strictObject({ false: z.string(), true: z.string() }),
    characteristics: z.record(z.string(), z.strictObject({ id: z.int(), value: z.string() })),
  })
  .meta({ id: 'OlderMeta' });

/** The form of 2020: counts are numbers, every rating is present, averages have four decimals. */
export const legacyMeta2020 = z
  .strictObject({
    product_id: z.string(),
    ratings: z.strictObject({ '1': z.int(), '2': z.int(), '3': z.int(), '4': z.int(), '5': z.int() }),
    recommended: z.strictObject({ '0': z.int(), '1': z.int() }),
    characteristics: z.record(z.string(), z.strictObject({ id: z.int(), value: z.string() })),
  })
  .meta({ id: 'OlderMeta2020' });
