import { z } from 'zod';
import { count, id, time } from '../platform/http/answer-fields';
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

function wholeNumber(max: number) {
  return { type: 'integer', minimum: 1, maximum: max } as const;
}

const listing = {
  page: upTo(PAGE_MAX, 1).meta({
    ...wholeNumber(PAGE_MAX),
    description: 'Which page, from 1; left out, or no such number: 1',
  }),
  count: upTo(COUNT_MAX, 5).meta({
    ...wholeNumber(COUNT_MAX),
    description: `How many reviews a page holds; left out, or no such number: 5; more than ${COUNT_MAX} is read as ${COUNT_MAX}`,
  }),
  sort: z
    .enum(['relevant', 'newest', 'helpful', 'helpfulness'])
    .catch('relevant')
    .transform((name) => LEGACY_SORTS[name])
    .meta({ description: 'The order; left out, or any other text: `relevant`' }),
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
  .record(
    z.string(),
    z.union([stars, z.null(), z.literal('')]),
    'must be an object like { "14": 5 }',
  )
  .nullable()
  .default(null);

/**
 * What existing front ends post. Fields that they send besides are ignored, as they always were.
 */
export const legacyDraft = z
  .object(
    {
      rating: stars.meta({ description: 'How many stars, 1–5; a number or a text' }),
      summary: oneLine
        .pipe(line(0, 150))
        .nullable()
        .default(null)
        .transform((given) => given ?? '')
        .meta({ description: 'The title: at most 150 characters; null or left out: empty' }),
      body: text(1, 5000).meta({ description: 'What the author has to say: 1–5,000 characters' }),
      recommend: recommendation.meta({
        description:
          'Whether the author recommends the product; null, empty or left out: they do not say',
      }),
      name: line(1, 60).meta({ description: 'The name to show: 1–60 characters' }),
      email: email.meta({ description: 'For the merchant; never shown' }),
      photos: photos.meta({
        description:
          'At most 5 http or https URLs; what is none is left out; null or left out: none',
      }),
      characteristics: characteristics.meta({
        description:
          'Ids of characteristics, as `/reviews/meta` names them, each rated 1–5; unknown ids are ignored',
      }),
    },
    'must be an object',
  )
  .meta({ id: 'LegacyReviewDraft', description: 'A review as existing front ends post it' });
export type LegacyDraft = z.output<typeof legacyDraft>;

/** In the body of `POST /reviews` the product stands beside the draft, as a number or a text. */
export const productInBody = z.object({
  product_id: z
    .union([productKey, z.int().min(0).transform(String)])
    .meta({ description: 'The product, a number or digits' }),
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
    .meta({ description: "The merchant's response; null: there is none" }),
  body: z.string().meta({ description: 'What the author wrote' }),
  date: time('When it was written'),
  reviewer_name: z.string().meta({ description: 'The name to show' }),
  helpfulness: count('Helpful votes'),
  photos: z
    .array(
      z.strictObject({
        id: id('Counts from 1 within the review'),
        url: z.string().meta({ description: 'Where the photo is' }),
      }),
    )
    .meta({ description: 'In the order of the author' }),
});

export const legacyList = listOf(legacyReview).meta({
  id: 'LegacyReviewList',
  description: 'A page of reviews',
});
export type LegacyReview = z.infer<typeof legacyReview>;

/** The form of 2020 says 1 or 0 where the later one says true or false. */
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
    product: z.string().meta({ description: 'The product, as digits' }),
    page: count('The row offset: 0 for page 1'),
    count: count('How many reviews were asked for'),
    results: z.array(review).meta({ description: 'The reviews of the page' }),
  });
}

const digits = (description: string) => z.string().meta({ description, examples: ['2'] });

/** Counts are texts; only ratings that occur are present; averages have sixteen decimals. */
export const legacyMeta = z
  .strictObject({
    product_id: z.string().meta({ description: 'The product, as digits' }),
    ratings: z
      .partialRecord(z.enum(['1', '2', '3', '4', '5']), z.string())
      .meta({ description: 'How many reviews have each rating that occurs, as digits' }),
    recommended: z
      .strictObject({
        false: digits('Authors who do not recommend the product'),
        true: digits('Authors who do'),
      })
      .meta({ description: 'What the authors say' }),
    characteristics: legacyCharacteristics('sixteen'),
  })
  .meta({ id: 'LegacyMeta', description: "A product's ratings in numbers, as texts" });

/** The form of 2020: counts are numbers, every rating is present, averages have four decimals. */
export const legacyMeta2020 = z
  .strictObject({
    product_id: z.string().meta({ description: 'The product, as digits' }),
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
        '1': count('Authors who do'),
      })
      .meta({ description: 'What the authors say' }),
    characteristics: legacyCharacteristics('four'),
  })
  .meta({ id: 'LegacyMeta2020', description: "A product's ratings in numbers" });

function legacyCharacteristics(decimals: string) {
  return z
    .record(
      z.string(),
      z.strictObject({
        id: id('What drafts call the characteristic by'),
        value: z
          .string()
          .meta({ description: `The average rating, a text with ${decimals} decimals` }),
      }),
    )
    .meta({ description: 'What reviews rate besides, by name' });
}
