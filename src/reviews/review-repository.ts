import type { Pool } from 'pg';
import { type BatchColumn, createBatchColumns } from '../platform/db/batch-columns';
import type { BatchMetrics } from '../platform/db/batch-metrics';
import {
  createReadBatcher,
  type Freshness,
  type ReadBatcher,
  type ReadDatabases,
} from '../platform/db/read-batcher';
import type { TextDatabase, TextRow } from '../platform/db/statement';
import { REVIEW_FILTERS, type ReviewFilter, type ReviewFilters } from './review-filters';
import type { StoredReview } from './review-payload';
import { ORDERS, type Position, SORTS, type Sort } from './review-sort';
import type { SegmentMap } from './segment-map';
import { readSegments, type SegmentedStatement } from './segment-reads';

export interface ListingRequest {
  productId: string;
  /** At most `limit` reviews, after the first `skip` beyond `after`. The legacy contract skips. */
  limit: number;
  skip: number;
  after: Position;
  filters: ReviewFilters;
  /** The version that the client has. If it is still current, the statement reads no review. */
  knownVersion: string | null;
}

export type ListedReview = StoredReview & { sortKey: string };

/**
 * Reviews and the product's version, from one snapshot. `version` is null if nobody has reviewed the
 * product.
 */
export interface ListedReviews {
  version: string | null;
  reviews: ListedReview[];
}

export interface FindRequest {
  productId: string;
  reviewId: string;
  knownVersion: string | null;
}

export interface FoundReview {
  version: string | null;
  review: StoredReview | null;
}

export interface ReviewRepository {
  list(sort: Sort, request: ListingRequest, freshness: Freshness): Promise<ListedReviews>;
  find(request: FindRequest, freshness: Freshness): Promise<FoundReview>;
}

/** Reads approved reviews. Concurrent reads of one kind go to the database as one statement. */
export function createReviewRepository(
  databases: ReadDatabases,
  segments: SegmentMap,
  stats: BatchMetrics,
): ReviewRepository {
  const listers = Object.fromEntries(
    SORTS.map((sort) => [sort, createLister(databases, segments, LISTING_STATEMENTS[sort], stats)]),
  ) as Record<Sort, ReadBatcher<ListingRequest, ListedReviews>>;
  const finder = createReadBatcher({
    databases,
    identify: FIND_COLUMNS.identify,
    runMany: (reads, requests: FindRequest[]) => findReviews(reads, segments, requests),
    stats: stats.of(FIND_STATEMENT.name),
  });
  return {
    list: (sort, request, freshness) => listers[sort].run(request, freshness),
    find: finder.run,
  };
}

/** Sends concurrent listings in one order as one statement. */
export function createLister(
  databases: ReadDatabases,
  segments: SegmentMap,
  listing: ListingStatement,
  stats: BatchMetrics,
): ReadBatcher<ListingRequest, ListedReviews> {
  return createReadBatcher({
    databases,
    identify: listing.columns.identify,
    runMany: async (reads, requests: ListingRequest[]) =>
      toListings(requests, await readSegments(reads, segments, listing, requests)),
    stats: stats.of(listing.name),
  });
}

export type ListingStatement = SegmentedStatement<ListingRequest>;

export const LISTING_STATEMENTS = Object.fromEntries(
  SORTS.map((sort) => [sort, listingStatement(sort, REVIEW_FILTERS)]),
) as Readonly<Record<Sort, ListingStatement>>;

/**
 * The listings of many products in one order. For each product, the nested loop reads the index of
 * that order from the cursor on, in the product's segment, and stops at the limit. It needs no sort
 * and costs the same at any depth. It also reads the rows that a filter leaves out, at most those of
 * the product.
 */
export function listingStatement(
  sort: Sort,
  filters: Readonly<Record<string, ReviewFilter>>,
): ListingStatement {
  const { column, keyType, direction } = ORDERS[sort];
  const beyond = direction === 'DESC' ? '<' : '>';
  const columns = createBatchColumns<ListingRequest>([
    { name: 'product_id', type: 'text', value: ({ productId }) => productId },
    { name: 'known_version', type: 'bigint', value: ({ knownVersion }) => knownVersion },
    { name: 'page_size', type: 'integer', value: ({ limit }) => limit },
    { name: 'skip', type: 'integer', value: ({ skip }) => skip },
    { name: 'after_key', type: keyType, value: ({ after }) => after.key },
    { name: 'after_id', type: 'bigint', value: ({ after }) => after.reviewId },
    ...Object.entries(filters).map(([name, { type, value }]): BatchColumn<ListingRequest> => {
      return { name, type, value: ({ filters }) => value(filters[name as keyof ReviewFilters]) };
    }),
  ]);
  const conditions = Object.values(filters).map(({ condition }) => `AND ${condition}`);
  const listFrom = (rows: string, table: string) => `
      SELECT k.n, s.version, r.review_id, r.sort_key, r.helpful_count, r.not_helpful_count, r.payload
      FROM ${rows}
      LEFT JOIN product_summaries AS s ON s.product_id = k.product_id
      LEFT JOIN LATERAL (
        SELECT review_id, ${column} AS sort_key, helpful_count, not_helpful_count, payload
        FROM ${table} AS reviews
        WHERE product_id = k.product_id
          AND state = 'approved'
          AND (${column}, review_id) ${beyond} (k.after_key, k.after_id)
          ${conditions.join('\n          ')}
          AND s.version IS DISTINCT FROM k.known_version
        ORDER BY ${column} ${direction}, review_id ${direction}
        LIMIT k.page_size OFFSET k.skip
      ) AS r ON true`;
  return {
    name: `list_${sort}`,
    columns,
    text: listFrom(columns.rowsAs('k'), 'reviews'),
    ofSegment: listFrom,
  };
}

/** Lists from all segments in one statement, for many products at a time. */
export async function listReviews(
  reads: Pick<TextDatabase, 'queryText'>,
  listing: ListingStatement,
  requests: ListingRequest[],
): Promise<ListedReviews[]> {
  return toListings(requests, await reads.queryText(listing, listing.columns.valuesOf(requests)));
}

function toListings(requests: ListingRequest[], rows: TextRow[]): ListedReviews[] {
  const listings = requests.map((): ListedReviews => ({ version: null, reviews: [] }));
  for (const row of rows) addListedRow(listings, row);
  return listings;
}

function addListedRow(listings: ListedReviews[], row: TextRow): void {
  const [n, version = null, reviewId, sortKey, helpfulCount, notHelpfulCount, payload] = row;
  const listing = listings[Number(n) - 1]!;
  listing.version = version;
  if (!reviewId) return; // the outer join's row of a product that has no reviews on this page
  listing.reviews.push({
    reviewId,
    sortKey: sortKey!,
    helpfulCount: helpfulCount!,
    notHelpfulCount: notHelpfulCount!,
    payload: payload!,
  });
}

const FIND_COLUMNS = createBatchColumns<FindRequest>([
  { name: 'product_id', type: 'text', value: ({ productId }) => productId },
  { name: 'review_id', type: 'bigint', value: ({ reviewId }) => reviewId },
  { name: 'known_version', type: 'bigint', value: ({ knownVersion }) => knownVersion },
]);

/**
 * Single reviews by primary key, in the segment of their product. The condition on the state is
 * outside the subquery. Inside, the planner could use the listings' indexes, and without statistics
 * it does.
 */
export const FIND_STATEMENT: SegmentedStatement<FindRequest> = {
  name: 'find_reviews',
  columns: FIND_COLUMNS,
  text: findFrom(FIND_COLUMNS.rowsAs('k'), 'reviews'),
  ofSegment: findFrom,
};

function findFrom(rows: string, table: string): string {
  return `
    SELECT k.n, s.version, r.review_id, r.helpful_count, r.not_helpful_count, r.payload
    FROM ${rows}
    LEFT JOIN product_summaries AS s ON s.product_id = k.product_id
    LEFT JOIN LATERAL (
      SELECT review_id, state, helpful_count, not_helpful_count, payload
      FROM ${table} AS reviews
      WHERE product_id = k.product_id AND review_id = k.review_id
      LIMIT 1
    ) AS r ON r.state = 'approved'`;
}

async function findReviews(
  reads: TextDatabase,
  segments: SegmentMap,
  requests: FindRequest[],
): Promise<FoundReview[]> {
  const rows = await readSegments(reads, segments, FIND_STATEMENT, requests);
  const found = requests.map((): FoundReview => ({ version: null, review: null }));
  for (const [n, version = null, reviewId, helpfulCount, notHelpfulCount, payload] of rows) {
    const review = reviewId
      ? {
          reviewId,
          helpfulCount: helpfulCount!,
          notHelpfulCount: notHelpfulCount!,
          payload: payload!,
        }
      : null;
    found[Number(n) - 1] = { version, review };
  }
  return found;
}

/**
 * The product of a review, for the legacy contract, which names a review by its id alone. Reads the
 * primary key of every segment; no other statement may. null: there is no such review.
 */
export async function findProductOfReview(reads: Pool, reviewId: string): Promise<string | null> {
  const { rows } = await reads.query<{ product_id: string }>({
    name: 'find_product_of_review',
    text: 'SELECT product_id FROM reviews WHERE review_id = $1 LIMIT 1',
    values: [reviewId],
  });
  return rows[0]?.product_id ?? null;
}
