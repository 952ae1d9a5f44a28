import { Client } from 'pg';
import { createBatchMetrics } from '../../src/platform/db/batch-metrics';
import { createPools, type Pools } from '../../src/platform/db/pools';
import type { TextDatabase } from '../../src/platform/db/statement';
import { createLogger } from '../../src/platform/telemetry/logger';
import { NO_FILTERS } from '../../src/reviews/review-filters';
import {
  createReviewRepository,
  type ListedReviews,
  type ReviewRepository,
} from '../../src/reviews/review-repository';
import { SORTS, type Sort, startOf } from '../../src/reviews/review-sort';
import { createSegmentMap, type SegmentMap } from '../../src/reviews/segment-map';
import { findAttachedSegments } from '../../src/reviews/segment-repository';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';

const [FIRST, LAST] = ['reviews_segment_0001', 'reviews_segment_0012'];
const BOUNDS = toBounds('1 9 A Z a a.b a:b b p4 p49 p5');
const OTHER_BOUNDS = toBounds('0 5 B Y _ a.a a.c c p41 p50 p6');
/** On both sides of each bound, and at the ends of what a key may be. */
const PRODUCTS = [
  ...['-', '.', '0', '10', '9', ':', 'A', 'Z', '_', 'a', 'a.', 'a.a', 'a.b', 'a.b.', 'a.c', 'a9'],
  ...['a:', 'a:b', 'a_b', 'b', 'p4', 'p49', 'p5', 'p50', 'p500', 'z'.repeat(64)],
];
const ABSENT = ['!', 'a.bb', 'p51', 'zz'];

function toBounds(keys: string): string[] {
  return ['MINVALUE', ...keys.split(' ').map((key) => `'${key}'`), 'MAXVALUE'];
}

function nameOf(n: number): string {
  return `reviews_segment_${`${n}`.padStart(4, '0')}`;
}

function fail(error: unknown): never {
  throw error;
}

describe('reads of segments', () => {
  let database: TestDatabase;
  let sql: Client;
  let pools: Pools;
  let map: SegmentMap;
  let reviews: ReviewRepository;
  /** Which way the batches went since the last `watch`. */
  const sent = { toSegments: 0, toReviews: 0 };

  beforeEach(async () => {
    database = await createTestDatabase();
    sql = new Client({ connectionString: database.url });
    await sql.connect();
    await sql.query('DROP TABLE reviews_segment_0001');
    for (let n = 1; n < BOUNDS.length; n += 1) await attach(n, BOUNDS[n - 1]!, BOUNDS[n]!);
    await sql.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, helpful_count, payload)
       SELECT product, now() - n * interval '1 hour', 'approved', 1 + n % 5, n % 3, '{"rating":1}'
       FROM unnest($1::text[]) AS product, generate_series(1, 4) AS n`,
      [PRODUCTS],
    );
    await sql.query(
      `INSERT INTO product_summaries (product_id) SELECT DISTINCT product_id FROM reviews`,
    );
    pools = createPools({
      databaseUrl: database.url,
      replicaUrls: [],
      readConnections: 2,
      writeConnections: 1,
      instance: 'segments-test',
      logger: createLogger('fatal', 'segments-test'),
    });
    map = createSegmentMap(
      () => findAttachedSegments(pools.reads),
      () => performance.now(),
      fail,
    );
    const counted: TextDatabase = {
      ...pools.freshReads,
      queryText: (...asked) => {
        sent.toReviews += 1;
        return pools.freshReads.queryText(...asked);
      },
      queryCommands: (commands) => {
        sent.toSegments += 1;
        return pools.freshReads.queryCommands(commands);
      },
    };
    reviews = createReviewRepository(
      { cached: counted, fresh: counted },
      map,
      createBatchMetrics(),
    );
    await until('the map is known', () => map.segments() !== null);
    watch();
  });
  afterEach(async () => {
    await pools.close();
    await sql.end();
    await database.drop();
  });

  it.each(SORTS)(
    'returns what reviews hold, whatever the product is called: by %s',
    async (sort) => {
      for (const productId of [...PRODUCTS, ...ABSENT]) {
        const { rows } = await sql.query<{ ids: string[] | null }>(
          `SELECT array_agg(review_id ORDER BY review_id) AS ids FROM reviews WHERE product_id = $1`,
          [productId],
        );
        const listed = await list(productId, sort);
        expect(idsOf(listed)).toEqual(rows[0]!.ids ?? []);
        expect(listed.version).toEqual(rows[0]!.ids ? expect.any(String) : null);
      }
      expect(sent).toEqual({ toSegments: PRODUCTS.length + ABSENT.length, toReviews: 0 });
    },
  );

  it('sends the products of a batch together, each to its segment', async () => {
    const listed = await Promise.all(['p5', 'A', 'a.b'].map((product) => list(product)));
    expect(listed.map(idsOf).map((ids) => ids.length)).toEqual([4, 4, 4]);
    expect(sent).toEqual({ toSegments: 1, toReviews: 0 });
  });

  it('asks for all products by one statement if the batch is larger than a quarter of the segments', async () => {
    const listed = await Promise.all(PRODUCTS.map((product) => list(product)));
    for (const each of listed) expect(idsOf(each)).toHaveLength(4);
    expect(sent).toEqual({ toSegments: 0, toReviews: 1 });
  });

  it('finds a review in the segment of its product', async () => {
    const [reviewId] = idsOf(await list('a:b'));
    const found = await find('a:b', reviewId!);
    expect(found.review).toMatchObject({ reviewId, payload: '{"rating":1}' });
    expect((await find('p5', reviewId!)).review).toBeNull();
    expect(sent.toReviews).toBe(0);
  });

  // Each change plants a map that is old: the instance does not notice it until it reads.
  it.each<[string, () => Promise<unknown>]>([
    [
      'segments gave their names to others with other bounds, as in a load',
      async () => {
        await list('p5');
        await replaceSegments();
      },
    ],
    [
      'a segment was divided into others and dropped',
      async () => {
        await list('p5');
        await sql.query(`BEGIN; ALTER TABLE reviews DETACH PARTITION ${LAST}`);
        await attach(13, `'p5'`, `'p50'`);
        await attach(14, `'p50'`, 'MAXVALUE');
        await sql.query(
          `INSERT INTO reviews (${COLUMNS}) SELECT ${COLUMNS} FROM ${LAST};
           DROP TABLE ${LAST}; COMMIT`,
        );
      },
    ],
    [
      'a segment was detached and kept, without its rows',
      async () => {
        await list('p5');
        await sql.query(`BEGIN; ALTER TABLE reviews DETACH PARTITION ${LAST}`);
        await attach(13, `'p5'`, 'MAXVALUE');
        await sql.query(
          `INSERT INTO reviews (${COLUMNS}) SELECT ${COLUMNS} FROM ${LAST};
           DELETE FROM ${LAST}; COMMIT`,
        );
      },
    ],
    [
      'a segment was detached and attached again with narrower bounds',
      async () => {
        await list('p5');
        await sql.query(`BEGIN; ALTER TABLE reviews DETACH PARTITION ${LAST}`);
        await attach(13, `'p5'`, `'p6'`);
        await sql.query(
          `WITH moved AS (DELETE FROM ${LAST} WHERE product_id < 'p6' RETURNING *)
           INSERT INTO reviews (${COLUMNS}) SELECT ${COLUMNS} FROM moved;
           ALTER TABLE reviews ATTACH PARTITION ${LAST} FOR VALUES FROM ('p6') TO (MAXVALUE);
           COMMIT`,
        );
      },
    ],
    [
      'two segments exchanged their names',
      async () => {
        await list('p5');
        await sql.query(
          `ALTER TABLE ${LAST} RENAME TO held;
           ALTER TABLE ${FIRST} RENAME TO ${LAST};
           ALTER TABLE held RENAME TO ${FIRST}`,
        );
      },
    ],
  ])('returns every review with an old map: %s', async (_, change) => {
    await change();
    watch();

    const [inOld, inOther] = await Promise.all([list('p50'), list('A')]);
    expect(idsOf(inOld)).toHaveLength(4);
    expect(idsOf(inOther)).toHaveLength(4);
    expect(sent).toEqual({ toSegments: 1, toReviews: 1 });

    await until('the map is read again', () => map.segments() !== null);
    for (const product of PRODUCTS) expect(idsOf(await list(product))).toHaveLength(4);
    expect(sent).toEqual({ toSegments: 1 + PRODUCTS.length, toReviews: 1 });
  });

  it('sends a failure of the database on, and does not ask again', async () => {
    await sql.query(
      `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET statement_timeout = 1`,
    );
    await sql.query(`BEGIN; LOCK TABLE ${LAST}`);
    try {
      await expect(list('p5')).rejects.toThrow(/timeout/);
    } finally {
      await sql.query('ROLLBACK');
    }
    expect(sent).toEqual({ toSegments: 1, toReviews: 0 });
  });

  const COLUMNS = 'review_id, product_id, created_at, state, rating, helpful_count, payload';

  function attach(n: number, from: string, to: string): Promise<unknown> {
    return sql.query(
      `CREATE TABLE ${nameOf(n)} PARTITION OF reviews FOR VALUES FROM (${from}) TO (${to})`,
    );
  }

  async function replaceSegments(): Promise<void> {
    await sql.query('BEGIN; CREATE TEMPORARY TABLE held ON COMMIT DROP AS SELECT * FROM reviews');
    for (let n = 1; n < BOUNDS.length; n += 1) await sql.query(`DROP TABLE ${nameOf(n)}`);
    for (let n = 1; n < BOUNDS.length; n += 1)
      await attach(n, OTHER_BOUNDS[n - 1]!, OTHER_BOUNDS[n]!);
    await sql.query(`INSERT INTO reviews (${COLUMNS}) SELECT ${COLUMNS} FROM held; COMMIT`);
  }

  function list(productId: string, sort: Sort = 'newest'): Promise<ListedReviews> {
    const request = { productId, limit: 9, skip: 0, after: startOf(sort), filters: NO_FILTERS };
    return reviews.list(sort, { ...request, knownVersion: null }, 'fresh');
  }

  function find(productId: string, reviewId: string) {
    return reviews.find({ productId, reviewId, knownVersion: null }, 'fresh');
  }

  function idsOf(listed: ListedReviews): string[] {
    return listed.reviews.map(({ reviewId }) => reviewId).sort((a, b) => Number(a) - Number(b));
  }

  function watch(): void {
    Object.assign(sent, { toSegments: 0, toReviews: 0 });
  }
});
