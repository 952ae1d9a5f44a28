import type { z } from 'zod';
import { averageText } from '../platform/values/average';
import { parsePayload, type StoredReview } from '../reviews/review-payload';
import type { ProductSummary } from '../summaries/summary-repository';
import type { LegacyReview, LegacyReview2020, legacyMeta, legacyMeta2020 } from './atelier-schema';

export function renderLegacyReview({
  reviewId,
  helpfulCount,
  payload,
}: StoredReview): LegacyReview {
  const review = parsePayload(payload);
  return {
    review_id: Number(reviewId),
    rating: review.rating,
    summary: review.title,
    recommend: review.recommended === true,
    response: review.response?.body ?? null,
    body: review.body,
    date: review.created_at,
    reviewer_name: review.author.name,
    helpfulness: Number(helpfulCount),
    photos: review.photos,
  };
}

export function renderLegacyReview2020(stored: StoredReview): LegacyReview2020 {
  const review = renderLegacyReview(stored);
  return { ...review, recommend: review.recommend ? 1 : 0 };
}

export function renderLegacyMeta(
  productId: string,
  summary: ProductSummary | null,
  ids: ReadonlyMap<string, number>,
): z.infer<typeof legacyMeta> {
  const present = (summary?.ratings ?? [])
    .map((count, index) => [index + 1, count] as const)
    .filter(([, count]) => count > 0);
  return {
    product_id: productId,
    ratings: Object.fromEntries(present.map(([rating, count]) => [rating, String(count)])),
    recommended: {
      false: String(summary?.recommendedNo ?? 0),
      true: String(summary?.recommendedYes ?? 0),
    },
    characteristics: renderCharacteristics(summary, ids, 16),
  };
}

export function renderLegacyMeta2020(
  productId: string,
  summary: ProductSummary | null,
  ids: ReadonlyMap<string, number>,
): z.infer<typeof legacyMeta2020> {
  const [one = 0, two = 0, three = 0, four = 0, five = 0] = summary?.ratings ?? [];
  return {
    product_id: productId,
    ratings: { '1': one, '2': two, '3': three, '4': four, '5': five },
    recommended: { '0': summary?.recommendedNo ?? 0, '1': summary?.recommendedYes ?? 0 },
    characteristics: renderCharacteristics(summary, ids, 4),
  };
}

function renderCharacteristics(
  summary: ProductSummary | null,
  ids: ReadonlyMap<string, number>,
  decimals: number,
) {
  return Object.fromEntries(
    Object.entries(summary?.characteristics ?? {}).flatMap(([name, { sum, count }]) => {
      const id = ids.get(name);
      return id === undefined ? [] : [[name, { id, value: averageText(sum, count, decimals) }]];
    }),
  );
}
