import { z } from 'zod';
import { count, productKey } from '../platform/http/answer-fields';
import { inputSchema } from '../platform/http/openapi-parameters';
import { listParameter, productId } from '../platform/http/parameters';

export const summaryPathParameters = z.object({ product_id: productId });

const PRODUCTS_MAX = 100;

/** `b,a,b` → [a, b]: the same products in any order get the same answer. */
export const summariesQuery = z.object({
  product_ids: listParameter(
    z
      .string('is required: product keys separated by commas')
      .transform((text) => [...new Set(text.split(','))].sort())
      .pipe(z.array(productId).max(PRODUCTS_MAX, `must name at most ${PRODUCTS_MAX} products`)),
    inputSchema(productId),
  ).meta({
    maxItems: PRODUCTS_MAX,
    description: `At most ${PRODUCTS_MAX} product keys, separated by commas, or the parameter repeated. Their order does not matter`,
    examples: [['1', '2', '3']],
  }),
});

const average = z.number().min(1).max(5);

export const summary = z
  .strictObject({
    product_id: productKey,
    count: count('How many approved reviews the product has'),
    average: average
      .nullable()
      .meta({ description: 'The average rating, rounded to two decimals; null: no reviews' }),
    histogram: z
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
        yes: count('Authors who recommend the product'),
        no: count('Authors who do not recommend it'),
      })
      .meta({
        description: 'What the authors answered; those who did not answer are in neither count',
      }),
    characteristics: z
      .record(
        z.string(),
        z.strictObject({
          average: average.meta({ description: 'The average rating, rounded to two decimals' }),
          count: count('How many reviews rate it'),
        }),
      )
      .meta({
        description: 'Ratings of characteristics, by name; only those that a review rates',
      }),
    verified_count: count('Reviews of verified buyers'),
    photo_count: count('Photos in all reviews'),
  })
  .meta({ id: 'Summary', description: "A product's ratings in numbers" });

export const summaries = z
  .strictObject({
    summaries: z.array(summary).meta({
      description: 'One per product of the request, each once, in the order of the keys',
    }),
  })
  .meta({ id: 'Summaries', description: 'The summaries of several products' });
