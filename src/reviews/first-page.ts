import type { CursorCodec, Listing } from './review-cursor';
import { NO_FILTERS } from './review-filters';
import { renderReview } from './review-payload';
import type { ListedReview, ListingRequest } from './review-repository';
import { DEFAULT_LIMIT } from './review-schema';
import { type Sort, startOf } from './review-sort';

/**
 * How a page of reviews is asked for and rendered. The service renders the pages that it answers
 * with it, and the commands that store first pages ahead of requests use the same functions, so
 * both store the same bytes.
 */

/** The order of a product's first page, which `product_pages` stores. */
export const FIRST_PAGE_SORT: Sort = 'relevant';

/** What to list for a page of `limit` reviews: one more shows whether there is a next page. */
export function pageRequest(
  request: Omit<ListingRequest, 'limit' | 'skip'>,
  limit: number,
): ListingRequest {
  return { ...request, limit: limit + 1, skip: 0 };
}

/** What to list for a product's first page, whatever version a client knows. */
export function firstPageRequest(productId: string): ListingRequest {
  const after = startOf(FIRST_PAGE_SORT);
  return pageRequest({ productId, after, filters: NO_FILTERS, knownVersion: null }, DEFAULT_LIMIT);
}

/** The page of a product in the default order, from what `firstPageRequest` lists. */
export function firstPageOf(
  cursors: CursorCodec,
  productId: string,
  found: readonly ListedReview[],
): string {
  const listing = listingOf(productId, FIRST_PAGE_SORT, NO_FILTERS);
  return renderPage(cursors, listing, DEFAULT_LIMIT, found);
}

/** The listing that a cursor is signed for. */
export function listingOf(
  productId: string,
  sort: Sort,
  filters: ListingRequest['filters'],
): Listing {
  return { productId, sort, filters: Object.values(filters).join(';') };
}

/**
 * A page of `limit` reviews as JSON text. A review beyond them means that there is a next page.
 * Cursors need no escaping: they are base64url.
 */
export function renderPage(
  cursors: CursorCodec,
  listing: Listing,
  limit: number,
  found: readonly ListedReview[],
): string {
  const { productId } = listing;
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  const cursor = last
    ? `"${cursors.write(listing, { key: last.sortKey, reviewId: last.reviewId })}"`
    : 'null';
  const rendered = shown.map((review) => renderReview(productId, review)).join(',');
  return `{"product_id":"${productId}","reviews":[${rendered}],"next_cursor":${cursor}}`;
}
