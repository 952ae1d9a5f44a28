import { z } from 'zod';
import { count, id, nextCursor, productKey, time } from '../platform/http/answer-fields';
import { email, line, locale, text, webAddress } from '../platform/http/body-fields';
import { pageSize, productId, reviewId } from '../platform/http/parameters';
import { filterParameters } from './review-filters';
import { SORTS } from './review-sort';

/** The requests and answers of the operations on reviews (review-contract.ts). */

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
      description: 'The order; default: `relevant`, newer and more helpful reviews first',
    }),
  limit: pageSize(LIMIT_MAX, DEFAULT_LIMIT),
  cursor: z.string().max(300, 'is longer than any cursor').optional().meta({
    description:
      '`next_cursor` of the previous page, with the same product, sort and filters; default: the first page',
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
        .meta({ description: 'The title: at most 150 characters; default: empty' }),
      body: text(1, 5000).meta({ description: 'The text of the review: 1–5,000 characters' }),
      recommended: z.boolean('must be true or false').nullable().default(null).meta({
        description: 'Whether the author recommends the product; null, the default: not answered',
      }),
      author: z
        .strictObject(
          {
            name: line(1, 60).meta({ description: 'The name to show: 1–60 characters' }),
            email: email.meta({
              description: 'For the merchant; never shown. Each address may review a product once',
            }),
          },
          'is required: { name, email }',
        )
        .meta({ description: 'Who wrote it' }),
      photos: z
        .array(httpsUrl, 'must be a list of URLs')
        .max(5, 'must be at most 5')
        .default([])
        .meta({
          description: 'At most 5 https URLs of at most 2,048 characters each; default: none',
        }),
      characteristics: z
        .record(z.string(), starRating, 'must be an object like { "Fit": 4 }')
        .refine(
          (rated) => Object.keys(rated).length <= CHARACTERISTICS_MAX,
          `must name at most ${CHARACTERISTICS_MAX}`,
        )
        .default({})
        .meta({
          description:
            'Characteristics of the store’s list, such as Fit or Quality, each rated 1–5; default: none',
        }),
      locale: locale.nullable().default(null).meta({
        description: 'The language tag of the text, such as `pt-BR`; null, the default: unknown',
      }),
      verified: z.boolean('must be true or false').default(false).meta({
        description:
          'Whether the author has bought the product. `true` needs a key with the scope `write`; default: false',
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
    title: z.string().meta({
      description: 'The title as the author wrote it: escape it in HTML. It may be empty',
    }),
    body: z.string().meta({ description: 'The text as the author wrote it: escape it in HTML' }),
    recommended: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether the author recommends the product; null: not answered' }),
    author: z
      .strictObject({
        name: z.string().meta({ description: 'The name to show; `Anonymous` after erasure' }),
      })
      .meta({ description: 'Who wrote it' }),
    verified: z
      .boolean()
      .meta({ description: 'Whether the store confirms that the author bought the product' }),
    locale: z
      .string()
      .nullable()
      .meta({ description: 'The language tag of the text; null: unknown' }),
    created_at: time('When the author wrote it'),
    photos: z
      .array(
        z.strictObject({
          id: id('The number of the photo in the review, from 1'),
          url: z.url().meta({ description: 'The address of the photo' }),
        }),
      )
      .meta({ description: 'At most 5, in the order that the author chose' }),
    characteristics: z
      .record(z.string(), z.int().min(1).max(5))
      .meta({ description: 'The characteristics that the author rated, by name, each 1–5' }),
    response: z
      .strictObject({
        body: z
          .string()
          .meta({ description: 'The text as the merchant wrote it: escape it in HTML' }),
        created_at: time('When the merchant wrote it'),
      })
      .nullable()
      .meta({ description: 'The merchant response; null: there is none' }),
    helpful_count: count('How many voters say that the review helped'),
    not_helpful_count: count('How many voters say that it did not'),
    state: z.literal('pending').optional().meta({
      description:
        'Only in the answer to the author: the review is held back until a moderator decides. A review without this field may be held back too',
    }),
  })
  .strict()
  .meta({ id: 'Review', description: 'A review as shoppers see it' });

export const reviewPage = z
  .strictObject({
    product_id: productKey,
    reviews: z
      .array(review)
      .meta({ description: 'At most `limit` reviews; empty: the product has none' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'ReviewPage', description: "A page of a product's reviews" });
