import { z } from 'zod';
import { count, id, nextCursor, productKey, time } from '../platform/http/answer-fields';
import { email, line, locale, text, webAddress } from '../platform/http/body-fields';
import { pageSize, productId, reviewId } from '../platform/http/parameters';
import { filterParameters } from './review-filters';
import { SORTS } from './review-sort';

/**
 * What the review routes take and give. The OpenAPI document is made from these (src/openapi.ts).
 */

export const reviewPathParameters = z.object({ product_id: productId });
export const oneReviewPathParameters = z.object({ product_id: productId, review_id: reviewId });

const LIMIT_MAX = 100;
const CHARACTERISTICS_MAX = 50;
export const DEFAULT_LIMIT = 10;

export const pageQuery = z.object({
  sort: z
    .enum(SORTS, `must be one of ${SORTS.join(', ')}`)
    .default('relevant')
    .meta({
      default: 'relevant',
      description: 'The order; left out: `relevant`, newer and more helpful reviews first',
    }),
  limit: pageSize(LIMIT_MAX, DEFAULT_LIMIT),
  cursor: z.string().max(300, 'is longer than any cursor').optional().meta({
    description:
      '`next_cursor` of the page before, with the same product, sort and filters; left out: the first page',
  }),
  ...filterParameters,
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
      rating: starRating.meta({ description: 'How many stars', examples: [5] }),
      title: line(0, 150)
        .default('')
        .meta({ description: 'At most 150 characters; left out: empty' }),
      body: text(1, 5000).meta({ description: 'What the author has to say: 1–5,000 characters' }),
      recommended: z.boolean('must be true or false').nullable().default(null).meta({
        description: 'Whether the author recommends the product; null or left out: they do not say',
      }),
      author: z
        .strictObject(
          {
            name: line(1, 60).meta({ description: 'The name to show: 1–60 characters' }),
            email: email.meta({
              description:
                'For the merchant; never shown. One review an e-mail address and product',
            }),
          },
          'is required: { name, email }',
        )
        .meta({ description: 'Who wrote it' }),
      photos: z
        .array(httpsUrl, 'must be a list of URLs')
        .max(5, 'must be at most 5')
        .default([])
        .meta({ description: 'At most 5 https URLs of at most 2,048 characters; left out: none' }),
      characteristics: z
        .record(z.string(), starRating, 'must be an object like { "Fit": 4 }')
        .refine(
          (rated) => Object.keys(rated).length <= CHARACTERISTICS_MAX,
          `must name at most ${CHARACTERISTICS_MAX}`,
        )
        .default({})
        .meta({
          description:
            'Names of the store’s vocabulary, such as Fit or Quality, each rated 1–5; left out: none',
        }),
      locale: locale.nullable().default(null).meta({
        description: 'The language tag of the text, such as `pt-BR`; null or left out: unknown',
      }),
      verified: z.boolean('must be true or false').default(false).meta({
        description:
          'Whether the author has bought the product. `true` needs a key with the scope `write`; left out: false',
      }),
    },
    'must be an object',
  )
  .meta({ id: 'ReviewDraft', description: 'A review as its author writes it' });
export type ReviewDraft = z.output<typeof reviewDraft>;

export const review = z
  .object({
    review_id: id('The id of the review, unique in the store'),
    product_id: productKey,
    rating: z.int().min(1).max(5).meta({ description: 'How many stars' }),
    title: z
      .string()
      .meta({ description: 'As the author wrote it: escape it in HTML. It may be empty' }),
    body: z.string().meta({ description: 'As the author wrote it: escape it in HTML' }),
    recommended: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether the author recommends the product; null: they do not say' }),
    author: z
      .strictObject({
        name: z.string().meta({ description: 'The name to show; `Anonymous` once erased' }),
      })
      .meta({ description: 'Who wrote it' }),
    verified: z
      .boolean()
      .meta({ description: 'Whether the store says that the author bought the product' }),
    locale: z
      .string()
      .nullable()
      .meta({ description: 'The language tag of the text; null: unknown' }),
    created_at: time('When it was written'),
    photos: z
      .array(
        z.strictObject({
          id: id('Counts from 1 within the review'),
          url: z.url().meta({ description: 'Where the photo is' }),
        }),
      )
      .meta({ description: 'At most 5, in the order of the author' }),
    characteristics: z
      .record(z.string(), z.int().min(1).max(5))
      .meta({ description: 'What the author rated besides, by name, each 1–5' }),
    response: z
      .strictObject({
        body: z.string().meta({ description: 'As the merchant wrote it: escape it in HTML' }),
        created_at: time('When the merchant wrote it'),
      })
      .nullable()
      .meta({ description: 'The merchant response; null: there is none' }),
    helpful_count: count('How many voters say that the review helped'),
    not_helpful_count: count('How many voters say that it did not'),
    state: z.literal('pending').optional().meta({
      description:
        'Only in the answer to its author: the checks hold it back until a moderator decides. Without it a review may wait too',
    }),
  })
  .strict()
  .meta({ id: 'Review', description: 'A review as everyone may read it' });

export const reviewPage = z
  .strictObject({
    product_id: productKey,
    reviews: z
      .array(review)
      .meta({ description: 'At most `limit`; empty: nobody has reviewed the product' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'ReviewPage', description: "A page of a product's reviews" });
