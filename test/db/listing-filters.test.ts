import { createBatchMetrics } from '../../src/platform/db/batch-metrics';
import { createPools, type Pools } from '../../src/platform/db/pools';
import { optionalFlag } from '../../src/platform/http/parameters';
import { createLogger } from '../../src/platform/telemetry/logger';
import {
  NO_FILTERS,
  REVIEW_FILTERS,
  type ReviewFilter,
  type ReviewFilters,
} from '../../src/reviews/review-filters';
import {
  createLister,
  type ListingRequest,
  listingStatement,
} from '../../src/reviews/review-repository';
import { SORTS, startOf } from '../../src/reviews/review-sort';
import { createSegmentMap } from '../../src/reviews/segment-map';
import { findAttachedSegments } from '../../src/reviews/segment-repository';
import { createTestDatabase, type TestDatabase } from '../support/database';

/** All the code that a new filter needs. */
const RECOMMENDED: ReviewFilter<typeof optionalFlag> = {
  parameter: optionalFlag.meta({ description: 'Only reviews that recommend the product' }),
  type: 'boolean',
  value: (given) => given,
  condition: '(k.recommended IS NULL OR reviews.recommended = k.recommended)',
};

function fail(error: unknown): never {
  throw error;
}

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
    'needs one entry, and requests that differ only in it do not share a result: by %s',
    async (sort) => {
      const statement = listingStatement(sort, { ...REVIEW_FILTERS, recommended: RECOMMENDED });
      const stats = createBatchMetrics();
      const segments = createSegmentMap(
        () => findAttachedSegments(pools.reads),
        () => performance.now(),
        fail,
      );
      const databases = { cached: pools.derivedWrites, fresh: pools.derivedWrites };
      const lister = createLister(databases, segments, statement, stats);
      const listed = await Promise.all(
        [true, false, null, true].map((recommended) =>
          lister.run(requestOf(sort, recommended), 'cached'),
        ),
      );
      expect(listed.map(({ reviews }) => reviews.length)).toEqual([3, 6, 9, 3]);
      // All four went in one batch, and the two equal ones were sent once.
      expect(stats.of(statement.name).items.count).toBe(1);
      expect(stats.of(statement.name).joined).toBe(1);
    },
  );

  function requestOf(sort: (typeof SORTS)[number], recommended: boolean | null): ListingRequest {
    const filters: ReviewFilters & { recommended: boolean | null } = { ...NO_FILTERS, recommended };
    return {
      productId: '1',
      limit: 100,
      skip: 0,
      after: startOf(sort),
      filters,
      knownVersion: null,
    };
  }
});
