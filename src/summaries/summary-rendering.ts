import type { z } from 'zod';
import { average } from '../platform/values/average';
import type { ProductSummary } from './summary-repository';
import type { summary as summarySchema } from './summary-schema';

/** The version of a product that nobody has reviewed. */
export const NEVER_REVIEWED = '0';

const EMPTY: ProductSummary = {
  version: NEVER_REVIEWED,
  ratings: [0, 0, 0, 0, 0],
  recommendedYes: 0,
  recommendedNo: 0,
  verifiedCount: 0,
  photoCount: 0,
  characteristics: {},
};

/** A summary as the API shows it. null: nobody has reviewed the product. */
export function renderSummary(
  productId: string,
  found: ProductSummary | null,
): z.infer<typeof summarySchema> {
  const summary = found ?? EMPTY;
  const [one = 0, two = 0, three = 0, four = 0, five = 0] = summary.ratings;
  const count = one + two + three + four + five;
  const stars = one + 2 * two + 3 * three + 4 * four + 5 * five;
  return {
    product_id: productId,
    count,
    average: count === 0 ? null : average(stars, count),
    histogram: { '1': one, '2': two, '3': three, '4': four, '5': five },
    recommended: { yes: summary.recommendedYes, no: summary.recommendedNo },
    characteristics: Object.fromEntries(
      Object.entries(summary.characteristics).map(([name, { sum, count }]) => [
        name,
        { average: average(sum, count), count },
      ]),
    ),
    verified_count: summary.verifiedCount,
    photo_count: summary.photoCount,
  };
}
