/**
 * A review's public JSON, in two halves. The writer renders the first when it writes the review,
 * and stores it as text (`reviews.payload`). A read inserts the second, which lives in columns: id,
 * product, vote counts. So a read neither parses nor builds JSON: 226 against 463 µs of processor
 * time per page (docs/benchmarks.md).
 */

/** The name of an author whose data was erased. */
const ANONYMOUS = 'Anonymous';

/** The content of a payload. Times are ISO 8601 in UTC with milliseconds. */
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

/** The JSON object in `reviews.payload`. Photo ids count from 1 within their review. */
export interface ReviewPayload {
  rating: number;
  title: string;
  body: string;
  recommended: boolean | null;
  author: { name: string };
  verified: boolean;
  locale: string | null;
  created_at: string;
  photos: { id: number; url: string }[];
  characteristics: Readonly<Record<string, number>>;
  response: { body: string; created_at: string } | null;
}

export function parsePayload(payload: string): ReviewPayload {
  return JSON.parse(payload);
}

export function renderPayload(review: ReviewContent): string {
  const payload: ReviewPayload = {
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
  };
  return JSON.stringify(payload);
}

/** The payload of the same review with another merchant response, or none. */
export function withMerchantResponse(payload: string, response: ReviewContent['response']): string {
  const rendered = response && { body: response.body, created_at: response.createdAt };
  return JSON.stringify({ ...JSON.parse(payload), response: rendered });
}

/** The payload of the same review without the author's name and photos. Their texts stay. */
export function withoutAuthor(payload: string): string {
  return JSON.stringify({ ...JSON.parse(payload), author: { name: ANONYMOUS }, photos: [] });
}

/** A stored review, as the listing statements return it: each column as PostgreSQL's text. */
export interface StoredReview {
  reviewId: string;
  helpfulCount: string;
  notHelpfulCount: string;
  payload: string;
}

/** The review's public JSON text. `productId` is validated, so it needs no escaping. */
export function renderReview(productId: string, review: StoredReview): string {
  return (
    `{"review_id":${review.reviewId},"product_id":"${productId}",${review.payload.slice(1, -1)},` +
    `"helpful_count":${review.helpfulCount},"not_helpful_count":${review.notHelpfulCount}}`
  );
}
