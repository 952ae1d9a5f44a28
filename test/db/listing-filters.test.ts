import { createBatchMetrics } from '../../src/platform/db/batch-metrics';
import { createPools, type Pools } from '../../src/platform/db/pools';
import { createLogger } from '../../src/platform/telemetry/logger';
import {
  createLister,
  LISTING_FILTERS,
  type ListingFilter,
  type ListingRequest,
  listingStatement,
  type ReviewFilters,
} from '../../src/reviews/review-repository';
import { SORTS, startOf } from '../../src/reviews/review-sort';
import { createTestDatabase, type TestDatabase } from '../support/database';

type FiltersWithRecommended = ReviewFilters & { recommended: boolean | null };

/** What a developer writes for a new filter: this entry, and the field of the filters that it reads. */
const RECOMMENDED: ListingFilter = {
  type: 'boolean',
  value: (filters) => (filters as FiltersWithRecommended).recommended,
  condition: '(k.recommended IS NULL OR reviews.recommended = k.recommended)',
};

describe('a new filter of listings', () => {
  let database: TestDatabase;
  let pools: Pools;

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = createPools({
      databaseUrl: database.url,
      replicaUrls: [],
      readConnections: 1,
      writeConnections: 1,
      instance: 'filter-test',
      logger: createLogger('fatal', 'filter-test'),
    });
    await pools.writes.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, recommended, payload)
       SELECT '1', now(), 'approved', 5, n % 3 = 0, '{}' FROM generate_series(1, 9) AS n`,
    );
    await pools.writes.query(`INSERT INTO product_summaries (product_id) VALUES ('1')`);
  });
  afterAll(async () => {
    await pools.close();
    await database.drop();
  });

  it.each(SORTS)(
    'takes one entry by %s, and requests that differ only in it do not share an answer',
    async (sort) => {
      const statement = listingStatement(sort, { ...LISTING_FILTERS, recommended: RECOMMENDED });
      const stats = createBatchMetrics();
      const lister = createLister(pools.derivedWrites, statement, stats);
      const listed = await Promise.all(
        [true, false, null, true].map((recommended) => lister.run(requestOf(sort, recommended))),
      );
      expect(listed.map(({ reviews }) => reviews.length)).toEqual([3, 6, 9, 3]);
      // All four went in one batch, and the two equal ones were asked once.
      expect(stats.of(statement.name).items.count).toBe(1);
      expect(stats.of(statement.name).joined).toBe(1);
    },
  );

  function requestOf(sort: (typeof SORTS)[number], recommended: boolean | null): ListingRequest {
    const filters: FiltersWithRecommended = {
      ratings: null,
      hasPhotos: null,
      verified: null,
      locale: null,
      recommended,
    };
    return { productId: '1', limit: 100, skip: 0, after: startOf(sort), filters, knownVersion: null };
  }
});
