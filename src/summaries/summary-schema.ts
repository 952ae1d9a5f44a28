import { z } from 'zod';
import { count, productKey } from '../platform/http/answer-fields';
import { inputSchema } from '../platform/http/openapi-parameters';
import { listParameter, productId } from '../platform/http/parameters';

export const summaryPathParameters = z.object({ product_id: productId });

const PRODUCTS_MAX = 100;

/** `b,a,b` → [a, b]: the same set in any order is the same answer. */
export const summariesQuery = z.object({
  product_ids: listParameter(
    z
      .string('is required: product keys separated by commas')
      .transform((text) => [...new Set(text.split(','))].sort())
      .pipe(z.array(productId).max(PRODUCTS_MAX, `must name at most ${PRODUCTS_MAX} products`)),
    inputSchema(productId),
  ).meta({
    maxItems: PRODUCTS_MAX,
    description: `At most ${PRODUCTS_MAX} product keys, separated by commas, or the parameter repeated; their order does not matter`,
    examples: [['1', '2', '3']],
  }),
});

const average = z.number().min(1).max(5);

export const summary = z
  .strictObject({
    product_id: productKey,
    count: count('How many reviews are shown'),
    average: average
      .nullable()
      .meta({ description: 'The average rating, with two decimals; null: there are no reviews' }),
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
        no: count('Authors who do not'),
      })
      .meta({ description: 'What the authors say who say something; the others are in neither' }),
    characteristics: z
      .record(
        z.string(),
        z.strictObject({
          average: average.meta({ description: 'The average, with two decimals' }),
          count: count('How many reviews rate it'),
        }),
      )
      .meta({
        description: 'What reviews rate besides, by name; only what at least one review rates',
      }),
    verified_count: count('Reviews of verified buyers'),
    photo_count: count('Photos in all reviews'),
  })
  .meta({ id: 'Summary', description: "A product's ratings in numbers" });

export const summaries = z
  .strictObject({
    summaries: z.array(summary).meta({
      description: 'One for each product asked for, each once, in the order of their keys',
    }),
  })
  .meta({ id: 'Summaries', description: 'The summaries of several products' });
