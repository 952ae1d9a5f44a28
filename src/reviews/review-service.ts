import type { Freshness } from '../platform/db/read-batcher';
import type { ReadCache } from '../platform/db/read-cache';
import { EncodedText } from '../platform/encoded-text';
import type { PublicAnswer } from '../platform/http/conditional';
import { Problem } from '../platform/http/problem';
import { FIRST_PAGE_SORT, firstPageOf, listingOf, pageRequest, renderPage } from './first-page';
import type { PageRepository } from './page-repository';
import type { CursorCodec } from './review-cursor';
import { isUnfiltered, NO_FILTERS, pickFilters } from './review-filters';
import { renderReview } from './review-payload';
import type { ListedReviews, ReviewRepository } from './review-repository';
import { DEFAULT_LIMIT, type PageQuery } from './review-schema';
import { type Sort, startOf } from './review-sort';

export interface ReviewServiceDeps {
  reviews: ReviewRepository;
  pages: PageRepository;
  cursors: CursorCodec;
  /** First pages by product, for reads that need not be fresh. */
  cache: ReadCache<PublicAnswer>;
}

interface RenderedAnswer extends PublicAnswer {
  body: string | null;
}

export interface ReviewService {
  readPage(
    productId: string,
    query: PageQuery,
    knownVersion: string | null,
    freshness: Freshness,
  ): Promise<PublicAnswer>;
  /** @throws Problem `not-found` */
  readReview(
    productId: string,
    reviewId: string,
    knownVersion: string | null,
    freshness: Freshness,
  ): Promise<PublicAnswer>;
  /** Reviews by offset, unrendered, for the legacy contract. */
  listByOffset(listing: OffsetListing, freshness: Freshness): Promise<ListedReviews>;
}

/** `limit` reviews of a product, after the first `skip`. */
export interface OffsetListing {
  productId: string;
  sort: Sort;
  limit: number;
  skip: number;
}

/** The version of a product that nobody has reviewed. */
const NEVER_REVIEWED = '0';

export function createReviewService(deps: ReviewServiceDeps): ReviewService {
  const { reviews, pages, cursors, cache } = deps;

  /**
   * Most requests want a product's first page in the default order, which is one stored row
   * (page-repository.ts).
   */
  async function readPage(
    productId: string,
    query: PageQuery,
    knownVersion: string | null,
    freshness: Freshness,
  ): Promise<PublicAnswer> {
    if (!isFirstPage(query)) return readListing(productId, query, knownVersion, freshness);
    if (freshness === 'fresh') return findFirstPage(productId, query, knownVersion, freshness);
    const kept = cache.read(productId, (_, known) => refreshFirstPage(productId, query, known));
    const { value, readAtMs } = kept instanceof Promise ? await kept : kept;
    return { ...value, readAtMs };
  }

  /** For the cache: `known` itself if its version is still the product's. */
  async function refreshFirstPage(
    productId: string,
    query: PageQuery,
    known: PublicAnswer | undefined,
  ): Promise<PublicAnswer> {
    const found = await findFirstPage(productId, query, known?.version ?? null, 'cached');
    return known && found.body === null ? known : found;
  }

  async function findFirstPage(
    productId: string,
    query: PageQuery,
    knownVersion: string | null,
    freshness: Freshness,
  ): Promise<PublicAnswer> {
    const { version, page } = await pages.find({ productId, knownVersion }, freshness);
    if (version === null)
      return answer(productId, NEVER_REVIEWED, firstPageOf(cursors, productId, []));
    if (version === knownVersion) return answer(productId, version, null);
    if (page !== null) return answer(productId, version, page);
    return renderFirstPage(productId, query, freshness);
  }

  async function renderFirstPage(
    productId: string,
    query: PageQuery,
    freshness: Freshness,
  ): Promise<PublicAnswer> {
    const rendered = await readListing(productId, query, null, freshness);
    if (rendered.version !== NEVER_REVIEWED) {
      pages.save({ productId, version: rendered.version, page: rendered.body! });
    }
    return rendered;
  }

  async function readListing(
    productId: string,
    query: PageQuery,
    knownVersion: string | null,
    freshness: Freshness,
  ): Promise<RenderedAnswer> {
    const { sort, limit } = query;
    const filters = pickFilters(query);
    const listing = listingOf(productId, sort, filters);
    const after = query.cursor === undefined ? startOf(sort) : cursors.read(listing, query.cursor);
    const request = pageRequest({ productId, after, filters, knownVersion }, limit);
    const { version, reviews: found } = await reviews.list(sort, request, freshness);
    if (version !== null && version === knownVersion) return answer(productId, version, null);
    const page = renderPage(cursors, listing, limit, found);
    return answer(productId, version ?? NEVER_REVIEWED, page);
  }

  async function readReview(
    productId: string,
    reviewId: string,
    knownVersion: string | null,
    freshness: Freshness,
  ): Promise<PublicAnswer> {
    const request = { productId, reviewId, knownVersion };
    const { version, review } = await reviews.find(request, freshness);
    if (!review)
      throw new Problem('not-found', {
        detail: `Product ${productId} shows no review ${reviewId}.`,
      });
    const isKnown = version !== null && version === knownVersion;
    return answer(
      productId,
      version ?? NEVER_REVIEWED,
      isKnown ? null : renderReview(productId, review),
    );
  }

  function listByOffset(
    { sort, ...listing }: OffsetListing,
    freshness: Freshness,
  ): Promise<ListedReviews> {
    const request = {
      ...listing,
      after: startOf(sort),
      filters: NO_FILTERS,
      knownVersion: null,
    };
    return reviews.list(sort, request, freshness);
  }

  return { readPage, readReview, listByOffset };
}

/**
 * The memory that a first page takes. V8 stores text beyond Latin-1 in two bytes per character,
 * unless it is still encoded.
 */
export function bytesOfPage({ body }: PublicAnswer): number {
  if (body instanceof EncodedText) return body.bytes.length;
  const text = body ?? '';
  return Buffer.byteLength(text) === text.length ? text.length : 2 * text.length;
}

function isFirstPage(query: PageQuery): boolean {
  return (
    query.sort === FIRST_PAGE_SORT &&
    query.limit === DEFAULT_LIMIT &&
    query.cursor === undefined &&
    isUnfiltered(query)
  );
}

function answer<Body extends PublicAnswer['body']>(productId: string, version: string, body: Body) {
  return { version, body, products: [productId] };
}
