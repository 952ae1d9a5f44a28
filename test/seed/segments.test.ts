import { spawn } from 'node:child_process';
import path from 'node:path';
import { type Client, Pool } from 'pg';
import { createBatchMetrics } from '../../src/platform/db/batch-metrics';
import { createPools } from '../../src/platform/db/pools';
import type { TextDatabase } from '../../src/platform/db/statement';
import { createLogger } from '../../src/platform/telemetry/logger';
import { NO_FILTERS } from '../../src/reviews/review-filters';
import { createReviewRepository, type ReviewRepository } from '../../src/reviews/review-repository';
import { startOf } from '../../src/reviews/review-sort';
import { createSegmentMap } from '../../src/reviews/segment-map';
import { findAttachedSegments } from '../../src/reviews/segment-repository';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';
import { connect, type Ended } from './seeder';

const MAIN = path.resolve(__dirname, '../../dist/scripts/segments/main.js');

function fail(error: unknown): never {
  throw error;
}

describe('npm run segments', () => {
  let database: TestDatabase;
  let client: Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    client = await connect(database.url);
    await client.query(
      `INSERT INTO reviews (created_at, product_id, state, rating, author_email, payload)
       SELECT now(), 'p' || lpad((n % 500)::text, 3, '0'), 'approved', 5, n || '@example.com', '{}'
       FROM generate_series(1, 30000) AS n`,
    );
    await client.query('ANALYZE reviews');
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  it('lists the segments in the order of their keys, with rows and bytes', async () => {
    await segments('split', '--segment-rows', '10k');

    const { stdout } = await segments();

    expect(stdout).toMatch(
      /^segment +from +to +rows +MB +MB of indexes\nreviews_segment_0002 +p166 +9,960 +.*\nreviews_segment_0003 .*\nreviews_segment_0004 .*\n3 in all +30,000 /,
    );
    expect(JSON.parse((await segments('--json')).stdout)).toEqual([
      expect.objectContaining({
        name: 'reviews_segment_0002',
        to: 'p166',
        rows: expect.any(Number),
      }),
      expect.objectContaining({
        from: 'p166',
        bytes: expect.any(Number),
        indexBytes: expect.any(Number),
      }),
      expect.objectContaining({ name: 'reviews_segment_0004' }),
    ]);
  });

  it('splits segments that have outgrown their size, and no others', async () => {
    expect((await segments('split', '--segment-rows', '25k')).stderr).toBe('');
    expect(await segmentNames()).toEqual(['reviews_segment_0001']);

    await segments('split', 'reviews_segment_0001');
    expect(await segmentNames()).toEqual(['reviews_segment_0002', 'reviews_segment_0003']);
  });

  it('keeps every row, index and bound of a segment that it splits', async () => {
    const rows = async () => (await client.query('SELECT * FROM reviews ORDER BY review_id')).rows;
    const before = await rows();

    await segments('split', '--segment-rows', '8k');

    expect(await rows()).toEqual(before);
    const { rows: indexes } = await client.query(
      `SELECT count(*)::integer AS count FROM pg_index JOIN pg_inherits ON inhparent = 'reviews'::regclass
       WHERE indrelid = inhrelid AND indisvalid GROUP BY indrelid`,
    );
    expect(indexes).toEqual(Array.from({ length: 4 }, () => ({ count: 7 })));
    for (const product of ['0', 'p250', 'zzz']) {
      await client.query(
        `INSERT INTO reviews (created_at, product_id, state, rating, payload) VALUES (now(), $1, 'approved', 1, '{}')`,
        [product],
      );
    }
  });

  it('lets readers and writers continue: no error, no row missing, none doubled', async () => {
    const pool = new Pool({ connectionString: database.url, max: 4 });
    let splitting = true;
    const written: string[] = [];
    const deleted = new Set<string>();

    const write = async (writer: number) => {
      for (let n = 0; splitting; n += 1) {
        const product = `p${`${(n * 37 + writer) % 500}`.padStart(3, '0')}`;
        const { rows } = await pool.query(
          `INSERT INTO reviews (created_at, product_id, state, rating, author_email, payload)
           VALUES (now(), $1, 'approved', 4, $2, '{}') RETURNING review_id`,
          [product, `w${writer}-${n}@example.com`],
        );
        const id = rows[0].review_id as string;
        await pool.query(
          'UPDATE reviews SET helpful_count = 7 WHERE product_id = $1 AND review_id = $2',
          [product, id],
        );
        if (n % 5 === 0) {
          await pool.query('DELETE FROM reviews WHERE product_id = $1 AND review_id = $2', [
            product,
            id,
          ]);
          deleted.add(id);
        } else written.push(id);
      }
    };
    let reads = 0;
    const read = async () => {
      for (; splitting; reads += 1) {
        const { rows } = await pool.query(
          `SELECT count(*)::integer AS count, count(DISTINCT review_id)::integer AS ids
           FROM reviews WHERE product_id = $1 AND rating = 5`,
          [`p${`${reads % 500}`.padStart(3, '0')}`],
        );
        expect(rows[0]).toEqual({ count: 60, ids: 60 });
      }
    };
    const working = Promise.all([write(1), write(2), read()]);

    for (let round = 0; round < 3; round += 1) {
      const [largest] = await segmentsBySize();
      const before = { reads, written: written.length };
      expect(await segments('split', largest!)).toMatchObject({ code: 0 });
      expect(reads).toBeGreaterThan(before.reads);
      expect(written.length).toBeGreaterThan(before.written);
    }
    splitting = false;
    await working;
    await pool.end();

    const { rows } = await client.query(
      `SELECT count(*)::integer AS count, count(DISTINCT review_id)::integer AS ids,
              count(*) FILTER (WHERE rating = 4 AND helpful_count = 7)::integer AS written,
              count(*) FILTER (WHERE review_id = ANY($1::bigint[]))::integer AS deleted FROM reviews`,
      [[...deleted]],
    );
    const count = 30_000 + written.length;
    expect(rows[0]).toEqual({ count, ids: count, written: written.length, deleted: 0 });
    expect(await segmentNames()).toHaveLength(4);
  });

  it('lets instances that read segments directly show every review of a page, at any time', async () => {
    await client.query(
      'INSERT INTO product_summaries (product_id) SELECT DISTINCT product_id FROM reviews',
    );
    await segments('split', '--segment-rows', '3k');
    const pools = createPools({
      databaseUrl: database.url,
      replicaUrls: [],
      readConnections: 2,
      writeConnections: 1,
      instance: 'segments-test',
      logger: createLogger('fatal', 'segments-test'),
    });
    let direct = 0;
    const counted: TextDatabase = {
      ...pools.freshReads,
      queryCommands: async (commands) => {
        const rows = await pools.freshReads.queryCommands(commands);
        direct += 1;
        return rows;
      },
    };
    const map = createSegmentMap(
      () => findAttachedSegments(pools.reads),
      () => performance.now(),
      fail,
    );
    const reviews = createReviewRepository(
      { cached: counted, fresh: counted },
      map,
      createBatchMetrics(),
    );
    await until('the map is known', () => map.segments() !== null);

    let splitting = true;
    let reads = 0;
    const readPages = async () => {
      for (; splitting; reads += 1) {
        const pages = await Promise.all(
          [reads % 500, (reads * 7 + 250) % 500].map((n) => listAll(reviews, n)),
        );
        for (const ids of pages) expect(new Set(ids).size).toBe(60);
      }
    };
    const reading = readPages();
    for (let round = 0; round < 4; round += 1) {
      const before = { reads, direct };
      const [largest] = await segmentsBySize();
      expect(await segments('split', largest!)).toMatchObject({ code: 0 });
      await until('the instance reads segments again', () => direct > before.direct + 10);
      expect(reads).toBeGreaterThan(before.reads);
    }
    splitting = false;
    await reading;
    await pools.close();
    expect(await segmentNames()).toHaveLength(14);
  });

  it('clears away what a killed split has left', async () => {
    await client.query(`
      CREATE SCHEMA splitting;
      CREATE TABLE splitting.changed (review_id bigint, product_id text);
      CREATE FUNCTION splitting.note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER note_change AFTER INSERT ON reviews_segment_0001
        FOR EACH ROW EXECUTE FUNCTION splitting.note_change()`);

    expect(await segments('split', 'reviews_segment_0001')).toMatchObject({ code: 0 });

    const { rows } = await client.query(
      `SELECT tgname FROM pg_trigger WHERE tgname = 'note_change'
       UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'splitting'`,
    );
    expect(rows).toEqual([]);
  });

  it('waits for a long transaction without making others wait for long', async () => {
    const reader = await connect(database.url);
    await reader.query('BEGIN; SELECT 1 FROM reviews LIMIT 1');
    const ended = segments('split', 'reviews_segment_0001');
    await until('it waits for the lock', async () => {
      const { rows } = await client.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'starling-segments' AND wait_event_type = 'Lock'
           AND query LIKE 'LOCK TABLE reviews%' AND datname = current_database()`,
      );
      return rows.length > 0;
    });
    await client.query('SELECT 1 FROM reviews LIMIT 1'); // gets through once the waiting lock gives up

    await reader.query('COMMIT');
    await reader.end();
    expect(await ended).toMatchObject({ code: 0 });
  });

  it('refuses in one line what it cannot split', async () => {
    await client.query(`DELETE FROM reviews WHERE product_id <> 'p001'`);

    expect((await segments('split', 'reviews_segment_0001')).stderr).toBe(
      'starling: reviews_segment_0001 holds one product or none; it cannot be split\n',
    );
    expect((await segments('split', 'nothing')).stderr).toBe(
      'starling: There is no segment nothing; npm run segments lists all\n',
    );
    expect(await segments('join')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^starling: too many arguments .*\n$/),
    });
  });

  /** The ids of all reviews of a product, in one page. */
  async function listAll(reviews: ReviewRepository, n: number): Promise<string[]> {
    const productId = `p${`${n}`.padStart(3, '0')}`;
    const request = { productId, limit: 100, skip: 0, filters: NO_FILTERS, knownVersion: null };
    const listed = await reviews.list('newest', { ...request, after: startOf('newest') }, 'fresh');
    return listed.reviews.map(({ reviewId }) => reviewId);
  }

  async function segmentsBySize(): Promise<string[]> {
    const { stdout } = await segments('--json');
    const listed = JSON.parse(stdout) as { name: string; bytes: number }[];
    return listed.sort((a, b) => b.bytes - a.bytes).map(({ name }) => name);
  }

  async function segmentNames(): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
       WHERE inhparent = 'reviews'::regclass ORDER BY relname`,
    );
    return rows.map(({ name }) => name);
  }

  function segments(...args: string[]): Promise<Ended> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, DATABASE_URL: database.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
  }
});
