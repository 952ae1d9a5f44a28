/**
 * A review's public JSON, in two halves. What never changes by itself is rendered once, when the
 * review is written, and kept as text (`reviews.payload`); what lives in columns (id, product, vote
 * counts) is spliced in when it is read. A read then neither parses nor builds JSON: 226 against
 * 463 µs of processor time a page (docs/benchmarks.md).
 */

/** What an author is called who wanted to be forgotten. */
const ANONYMOUS = 'Anonymous';

/** What the payload is rendered from. Times are ISO 8601 in UTC with milliseconds. */
export interface ReviewContent {
  rating: number;
  title: string;
  body: string;
  recommended: boolean | null;
  authorName: string;
  verified: boolean;
  locale: string | null;
  createdAt: string;
  photoUrls: readonly string[];
  characteristics: Readonly<Record<string, number>>;
  response: { body: string; createdAt: string } | null;
}

/** The text for `reviews.payload`: a JSON object. Photo ids count from 1 within their review. */
export function renderPayload(review: ReviewContent): string {
  return JSON.stringify({
    rating: review.rating,
    title: review.title,
    body: review.body,
    recommended: review.recommended,
    author: { name: review.authorName },
    verified: review.verified,
    locale: review.locale,
    created_at: review.createdAt,
    photos: review.photoUrls.map((url, index) => ({ id: index + 1, url })),
    characteristics: review.characteristics,
    response: review.response && {
      body: review.response.body,
      created_at: review.response.createdAt,
    },
  });
}

/** The payload of the same review with another merchant response, or none. */
export function withMerchantResponse(payload: string, response: ReviewContent['response']): string {
  const rendered = response && { body: response.body, created_at: response.createdAt };
  return JSON.stringify({ ...JSON.parse(payload), response: rendered });
}

/**
 * The payload of the same review with nothing in it that says who wrote it, but for what they
 * wrote.
 */
export function withoutAuthor(payload: string): string {
  return JSON.stringify({ ...JSON.parse(payload), author: { name: ANONYMOUS }, photos: [] });
}

/** A stored review as the listing statements return it: every column as PostgreSQL's text. */
export interface StoredReview {
  reviewId: string;
  helpfulCount: string;
  notHelpfulCount: string;
  payload: string;
}

/** The review's whole JSON text. `productId` has been validated: it needs no escaping. */
export function renderReview(productId: string, review: StoredReview): string {
  return (
    `{"review_id":${review.reviewId},"product_id":"${productId}",${review.payload.slice(1, -1)},` +
    `"helpful_count":${review.helpfulCount},"not_helpful_count":${review.notHelpfulCount}}`
  );
}
