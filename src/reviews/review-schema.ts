import { z } from 'zod';
import { email, line, locale, text, webAddress } from '../platform/http/body-fields';
import { optionalFlag, pageSize, productId, reviewId } from '../platform/http/parameters';
import { SORTS } from './review-sort';

/** What the review routes take and give. The OpenAPI document is made from these (src/openapi.ts). */

export const reviewPathParameters = z.object({ product_id: productId });
export const oneReviewPathParameters = z.object({ product_id: productId, review_id: reviewId });

const LIMIT_MAX = 100;
const CHARACTERISTICS_MAX = 50;
export const DEFAULT_LIMIT = 10;

/** `4,5` → [4, 5], each once, in order: the same set is the same listing. */
const ratings = z
  .string()
  .regex(/^[1-5](,[1-5])*$/, 'must be ratings from 1 to 5, separated by commas')
  .transform((text) => [...new Set(text.split(',').map(Number))].sort())
  .nullable()
  .default(null);

export const pageQuery = z.object({
  sort: z.enum(SORTS, `must be one of ${SORTS.join(', ')}`).default('relevant'),
  limit: pageSize(LIMIT_MAX, DEFAULT_LIMIT),
  cursor: z.string().max(300, 'is longer than any cursor').optional().meta({
    description: '`next_cursor` of the page before, with the same product, sort and filters',
  }),
  rating: ratings.meta({ description: 'Only these ratings, separated by commas: 4,5' }),
  has_photos: optionalFlag.meta({ description: 'Only reviews with photos, or only those without' }),
  verified: optionalFlag.meta({ description: 'Only reviews of verified buyers, or only the others' }),
  locale: locale
    .nullable()
    .default(null)
    .meta({
      description: 'Only reviews of exactly this language tag',
      examples: ['pt-BR'],
    }),
});
export type PageQuery = z.output<typeof pageQuery>;

const httpsUrl = webAddress(/^https:/, 'must be an https URL');

const starRating = z
  .int('must be a whole number from 1 to 5')
  .min(1, 'must be a whole number from 1 to 5')
  .max(5, 'must be a whole number from 1 to 5');

export const reviewDraft = z
  .strictObject(
    {
      rating: starRating,
      title: line(0, 150).default(''),
      body: text(1, 5000),
      recommended: z.boolean('must be true or false').nullable().default(null),
      author: z.strictObject(
        { name: line(1, 60), email: email.meta({ description: 'For the merchant; never shown' }) },
        'is required: { name, email }',
      ),
      photos: z.array(httpsUrl, 'must be a list of URLs').max(5, 'must be at most 5').default([]),
      characteristics: z
        .record(z.string(), starRating, 'must be an object like { "Fit": 4 }')
        .refine(
          (rated) => Object.keys(rated).length <= CHARACTERISTICS_MAX,
          `must name at most ${CHARACTERISTICS_MAX}`,
        )
        .default({})
        .meta({ description: 'Names of the store’s vocabulary, each rated 1–5' }),
      locale: locale.nullable().default(null),
      verified: z
        .boolean('must be true or false')
        .default(false)
        .meta({ description: 'Needs a key with the scope `write`' }),
    },
    'must be an object',
  )
  .meta({ id: 'ReviewDraft' });
export type ReviewDraft = z.output<typeof reviewDraft>;

export const review = z
  .object({
    review_id: z.int(),
    product_id: z.string(),
    rating: z.int().min(1).max(5),
    title: z.string(),
    body: z.string(),
    recommended: z.boolean().nullable(),
    author: z.strictObject({ name: z.string() }),
    verified: z.boolean(),
    locale: z.string().nullable(),
    created_at: z.iso.datetime(),
    photos: z.array(z.strictObject({ id: z.int(), url: z.url() })),
    characteristics: z.record(z.string(), z.int().min(1).max(5)),
    response: z.strictObject({ body: z.string(), created_at: z.iso.datetime() }).nullable(),
    helpful_count: z.int().min(0),
    not_helpful_count: z.int().min(0),
    state: z.literal('pending').optional().meta({
      description:
        'Only in the answer to its author: the checks hold it back until a moderator decides. Without it a review may wait too',
    }),
  })
  .strict()
  .meta({ id: 'Review' });

export const reviewPage = z
  .strictObject({
    product_id: z.string(),
    reviews: z.array(review),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` for the next page; null on the last' }),
  })
  .meta({ id: 'ReviewPage' });
