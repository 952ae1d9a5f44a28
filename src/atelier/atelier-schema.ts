import { z } from 'zod';
import { count, id, time } from '../platform/http/answer-fields';
import { email, line, text } from '../platform/http/body-fields';
import { reviewId } from '../platform/http/parameters';
import { canonicalWebAddress, WEB_ADDRESS_LENGTH_MAX } from '../platform/values/web-address';

/**
 * Requests and answers of the legacy contract. docs/legacy-contract.md gives the reason for each
 * rule. Invalid query parameters count as their defaults, as on the old servers. Only a bad product
 * is refused.
 */

const LEGACY_SORTS = {
  relevant: 'relevant',
  newest: 'newest',
  helpful: 'helpful',
  helpfulness: 'helpful',
} as const;

const productKey = z.string().regex(/^\d{1,18}$/);

/** The most that one answer holds: more would read a whole segment. */
const COUNT_MAX = 1_000;
const PAGE_MAX = 100_000;

/** Numbers above `max` count as `max`: front ends ask for everything with a large number. */
function upTo(max: number, byDefault: number) {
  return z.coerce
    .number()
    .int()
    .min(1)
    .catch(byDefault)
    .transform((number) => Math.min(number, max));
}

function wholeNumber(max: number) {
  return { type: 'integer', minimum: 1, maximum: max } as const;
}

const listing = {
  page: upTo(PAGE_MAX, 1).meta({
    ...wholeNumber(PAGE_MAX),
    description: 'The number of the page, from 1; missing or not valid: 1',
  }),
  count: upTo(COUNT_MAX, 5).meta({
    ...wholeNumber(COUNT_MAX),
    description: `How many reviews a page holds; missing or not valid: 5; more than ${COUNT_MAX}: ${COUNT_MAX}`,
  }),
  sort: z
    .enum(['relevant', 'newest', 'helpful', 'helpfulness'])
    .catch('relevant')
    .transform((name) => LEGACY_SORTS[name])
    .meta({ description: 'The order; missing or any other text: `relevant`' }),
};

export const listQuery = z.object({ product_id: productKey, ...listing });
export const metaQuery = z.object({ product_id: productKey });

/** Some forms send numbers as strings. */
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

/** The 2020 form has numbers, and HTML forms send strings. Empty: not answered. */
const recommendation = z
  .union(
    [z.boolean(), z.literal([0, 1]), z.enum(['true', 'false', '1', '0', ''])],
    'must be true or false',
  )
  .nullable()
  .default(null)
  .transform((given) =>
    given === null || given === '' ? null : ['true', '1'].includes(`${given}`),
  );

const PHOTOS_MAX = 5;

/**
 * Existing front ends send file names, `blob:` addresses and the like beside web addresses. The
 * service stores the review without them.
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
  .record(
    z.string(),
    z.union([stars, z.null(), z.literal('')]),
    'must be an object like { "14": 5 }',
  )
  .nullable()
  .default(null);

/** What existing front ends post. The service ignores other fields, as the old servers did. */
export const legacyDraft = z
  .object(
    {
      rating: stars.meta({ description: 'How many stars, 1–5; a number or a string' }),
      summary: oneLine
        .pipe(line(0, 150))
        .nullable()
        .default(null)
        .transform((given) => given ?? '')
        .meta({ description: 'The title: at most 150 characters; null or missing: empty' }),
      body: text(1, 5000).meta({ description: 'The text of the review: 1–5,000 characters' }),
      recommend: recommendation.meta({
        description:
          'Whether the author recommends the product; null, empty or missing: not answered',
      }),
      name: line(1, 60).meta({ description: 'The name to show: 1–60 characters' }),
      email: email.meta({ description: 'For the merchant; never shown' }),
      photos: photos.meta({
        description:
          'At most 5 http or https URLs; the service ignores other values; null or missing: none',
      }),
      characteristics: characteristics.meta({
        description:
          'Ids of characteristics from `/reviews/meta`, each rated 1–5; the service ignores unknown ids',
      }),
    },
    'must be an object',
  )
  .meta({ id: 'LegacyReviewDraft', description: 'A review as existing front ends post it' });
export type LegacyDraft = z.output<typeof legacyDraft>;

/** The body of `POST /reviews` has the product beside the draft, as a number or a string. */
export const productInBody = z.object({
  product_id: z
    .union([productKey, z.int().min(0).transform(String)])
    .meta({ description: 'The id of the product, a number or a string of digits' }),
});

export const legacyReviewPath = z.object({ review_id: reviewId });

const legacyReview = z.strictObject({
  review_id: id('The id of the review'),
  rating: z.int().min(1).max(5).meta({ description: 'How many stars' }),
  summary: z.string().meta({ description: 'The title; it may be empty' }),
  recommend: z.boolean().meta({ description: 'Whether the author recommends the product' }),
  response: z
    .string()
    .nullable()
    .meta({ description: 'The merchant response; null: there is none' }),
  body: z.string().meta({ description: 'The text of the review' }),
  date: time('When the author wrote it'),
  reviewer_name: z.string().meta({ description: 'The name to show' }),
  helpfulness: count('How many voters say that the review helped'),
  photos: z
    .array(
      z.strictObject({
        id: id('The number of the photo in the review, from 1'),
        url: z.string().meta({ description: 'The address of the photo' }),
      }),
    )
    .meta({ description: 'In the order that the author chose' }),
});

export const legacyList = listOf(legacyReview).meta({
  id: 'LegacyReviewList',
  description: 'A page of reviews',
});
export type LegacyReview = z.infer<typeof legacyReview>;

/** The 2020 form has 1 or 0 where the later form has true or false. */
const legacyReview2020 = legacyReview.extend({
  recommend: z
    .int()
    .min(0)
    .max(1)
    .meta({ description: 'Whether the author recommends the product: 1 or 0' }),
});
export const legacyList2020 = listOf(legacyReview2020).meta({
  id: 'LegacyReviewList2020',
  description: 'A page of reviews, 2020 form',
});
export type LegacyReview2020 = z.infer<typeof legacyReview2020>;

function listOf<Review extends z.ZodType>(review: Review) {
  return z.strictObject({
    product: z.string().meta({ description: 'The id of the product, a string of digits' }),
    page: count('The row offset: 0 for page 1'),
    count: count('How many reviews the request asked for'),
    results: z.array(review).meta({ description: 'The reviews of the page' }),
  });
}

const digits = (description: string) => z.string().meta({ description, examples: ['2'] });

/** Counts are strings, ratings without reviews are missing, averages have sixteen decimals. */
export const legacyMeta = z
  .strictObject({
    product_id: z.string().meta({ description: 'The id of the product, a string of digits' }),
    ratings: z.partialRecord(z.enum(['1', '2', '3', '4', '5']), z.string()).meta({
      description:
        'How many reviews have each rating, as strings of digits; ratings without reviews are missing',
    }),
    recommended: z
      .strictObject({
        false: digits('Authors who do not recommend the product'),
        true: digits('Authors who recommend it'),
      })
      .meta({ description: 'What the authors answered' }),
    characteristics: legacyCharacteristics('sixteen'),
  })
  .meta({ id: 'LegacyMeta', description: "A product's ratings in numbers, as strings" });

/** The 2020 form: counts are numbers, all ratings are present, averages have four decimals. */
export const legacyMeta2020 = z
  .strictObject({
    product_id: z.string().meta({ description: 'The id of the product, a string of digits' }),
    ratings: z
      .strictObject({
        '1': count('Reviews with one star'),
        '2': count('Reviews with two stars'),
        '3': count('Reviews with three stars'),
        '4': count('Reviews with four stars'),
        '5': count('Reviews with five stars'),
      })
      .meta({ description: 'How many reviews have each rating' }),
    recommended: z
      .strictObject({
        '0': count('Authors who do not recommend the product'),
        '1': count('Authors who recommend it'),
      })
      .meta({ description: 'What the authors answered' }),
    characteristics: legacyCharacteristics('four'),
  })
  .meta({ id: 'LegacyMeta2020', description: "A product's ratings in numbers" });

function legacyCharacteristics(decimals: string) {
  return z
    .record(
      z.string(),
      z.strictObject({
        id: id('The id of the characteristic, for drafts'),
        value: z
          .string()
          .meta({ description: `The average rating, a string with ${decimals} decimals` }),
      }),
    )
    .meta({ description: 'Ratings of characteristics, by name' });
}
