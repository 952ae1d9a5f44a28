import { z } from 'zod';
import { email, line, text } from '../platform/http/body-fields';
import { reviewId } from '../platform/http/parameters';
import { canonicalWebAddress, WEB_ADDRESS_LENGTH_MAX } from '../platform/values/web-address';

/**
 * The legacy contract, as existing front ends speak it (docs/legacy-contract.md says why each thing
 * is as it is). What they send in a query that makes no sense is read as its default, as the old
 * servers did; only a bad product is refused.
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

/** The 2020 form has numbers, and HTML forms send texts. Empty: the reviewer does not say. */
const recommendation = z
  .union([z.boolean(), z.literal([0, 1]), z.enum(['true', 'false', '1', '0', ''])], 'must be true or false')
  .nullable()
  .default(null)
  .transform((given) => (given === null || given === '' ? null : ['true', '1'].includes(`${given}`)));

const PHOTOS_MAX = 5;

/**
 * Existing front ends send file names, `blob:` addresses and the like beside web addresses: a
 * review is stored without them.
 */
const photos = z
  .union(
    [z.array(z.unknown()), z.record(z.string(), z.unknown()), z.string()],
    'must be a list of web addresses',
  )
  .nullable()
  .default(null)
  .transform((given) =>
    (typeof given === 'object' ? Object.values(given ?? {}) : [given]).flatMap(usablePhoto),
  )
  .refine((usable) => usable.length <= PHOTOS_MAX, `must be at most ${PHOTOS_MAX}`);

function usablePhoto(given: unknown): string[] {
  const address = typeof given === 'string' ? canonicalWebAddress(given) : undefined;
  const isUsable = address && /^https?:/.test(address) && address.length <= WEB_ADDRESS_LENGTH_MAX;
  return isUsable ? [address] : [];
}

/** Ids of characteristics and their stars. Empty: not rated. */
const characteristics = z
  .record(z.string(), z.union([stars, z.null(), z.literal('')]), 'must be an object like { "14": 5 }')
  .nullable()
  .default(null);

/**
 * What existing front ends post. Fields that they send besides are ignored, as they always were.
 */
export const legacyDraft = z
  .object(
    {
      rating: stars,
      summary: oneLine
        .pipe(line(0, 150))
        .nullable()
        .default(null)
        .transform((given) => given ?? ''),
      body: text(1, 5000),
      recommend: recommendation,
      name: line(1, 60),
      email,
      photos,
      characteristics,
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

export const legacyList = listOf(legacyReview).meta({ id: 'OlderReviewList' });
export type LegacyReview = z.infer<typeof legacyReview>;

/** The form of 2020 says 1 or 0 where the later one says true or false. */
const legacyReview2020 = legacyReview.extend({ recommend: z.int().min(0).max(1) });
export const legacyList2020 = listOf(legacyReview2020).meta({ id: 'OlderReviewList2020' });
export type LegacyReview2020 = z.infer<typeof legacyReview2020>;

function listOf<Review extends z.ZodType>(review: Review) {
  return z.strictObject({
    product: z.string(),
    page: z.int().meta({ description: 'The row offset: 0 for page 1' }),
    count: z.int(),
    results: z.array(review),
  });
}

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
