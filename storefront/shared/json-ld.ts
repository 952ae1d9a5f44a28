import type { Review, Summary } from '../../client/contract-types';
import { Html } from './html';

/** Search engines show a few; more would only weigh on the page. */
const REVIEWS_MAX = 10;

export interface ProductIdentity {
  /** The product's name, which schema.org requires of a product. */
  name: string;
  /** Joins the `Product` that the store's own page describes; null: this is the only one. */
  jsonLdId: string | null;
}

/**
 * The product's rating and first reviews for search engines (schema.org), as a script element that
 * no browser executes. null: a product without reviews has nothing to say.
 */
export function jsonLdTemplate(
  product: ProductIdentity,
  summary: Summary,
  reviews: readonly Review[],
): Html | null {
  if (summary.count === 0) return null;
  const described = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    ...(product.jsonLdId !== null && { '@id': product.jsonLdId }),
    name: product.name,
    aggregateRating: {
      '@type': 'AggregateRating',
      ratingValue: summary.average,
      reviewCount: summary.count,
      bestRating: 5,
      worstRating: 1,
    },
    review: reviews.slice(0, REVIEWS_MAX).map(describeReview),
  };
  return new Html(
    `<script type="application/ld+json" class="starling-json-ld">${escapeScript(JSON.stringify(described))}</script>`,
  );
}

function describeReview(review: Review): object {
  return {
    '@type': 'Review',
    author: { '@type': 'Person', name: review.author.name },
    datePublished: review.created_at.slice(0, 10),
    reviewRating: { '@type': 'Rating', ratingValue: review.rating, bestRating: 5, worstRating: 1 },
    ...(review.title !== '' && { name: review.title }),
    reviewBody: review.body,
  };
}

/** A script element ends at `</script`, and `<!--` changes how it is read: JSON can say `<` otherwise. */
function escapeScript(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
