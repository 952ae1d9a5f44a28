import { z } from 'zod';
import { productId } from '../platform/http/parameters';

export const summaryPathParameters = z.object({ product_id: productId });

const PRODUCTS_MAX = 100;

/** `b,a,b` → [a, b]: the same set in any order is the same answer. */
export const summariesQuery = z.object({
  product_ids: z
    .string('is required: product keys separated by commas')
    .transform((text) => [...new Set(text.split(','))].sort())
    .pipe(z.array(productId).max(PRODUCTS_MAX, `must name at most ${PRODUCTS_MAX} products`)),
});

const count = z.int().min(0);

export const summary = z
  .strictObject({
    product_id: z.string(),
    count,
    average: z.number().min(1).max(5).nullable().meta({ description: 'Two decimals; null without reviews' }),
    histogram: z.strictObject({ '1': count, '2': count, '3': count, '4': count, '5': count }),
    recommended: z.strictObject({ yes: count, no: count }),
    characteristics: z.record(z.string(), z.strictObject({ average: z.number().min(1).max(5), count })),
    verified_count: count.meta({ description: 'Reviews of verified buyers' }),
    photo_count: count.meta({ description: 'Photos in all reviews' }),
  })
  .meta({ id: 'Summary' });

export const summaries = z
  .strictObject({ summaries: z.array(summary).meta({ description: 'One a product asked for, by key' }) })
  .meta({ id: 'Summaries' });
