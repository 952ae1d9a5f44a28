import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database';
import {
  connect,
  countDrift,
  countMissingPages,
  describeDatabase,
  type Ended,
  listUnfrozen,
  runSeeder,
} from './seeder';

let database: TestDatabase;
let client: Client;
let folder: string;
const seed = (...args: string[]) =>
  runSeeder(['--dir', path.join(folder, 'csv'), ...args], database.url);

async function open(): Promise<void> {
  database = await createTestDatabase();
  client = await connect(database.url);
  folder = mkdtempSync(path.join(tmpdir(), 'starling-seed-'));
}
async function close(): Promise<void> {
  await client.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
}

describe('a database that npm run seed has loaded', () => {
  const LOAD = ['--reviews', '3k', '--segment-rows', '1k'];
  let loaded: Ended;

  beforeAll(async () => {
    await open();
    loaded = await seed(...LOAD);
  });
  afterAll(close);

  it('loads all reviews into segments that cover every key, and leaves nothing behind', async () => {
    expect(loaded).toMatchObject({ code: 0, stderr: '' });
    expect(await describeDatabase(client)).toMatchObject({
      count: 3_000,
      nextId: 3_000,
      leftovers: 0,
      segments: expect.stringMatching(
        /^reviews_segment_0001 FOR VALUES FROM \(MINVALUE\) TO \('\d+'\) 7; .*; reviews_segment_0003 .* TO \(MAXVALUE\) 7$/,
      ),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('fills summaries that equal the recount', async () => {
    expect(await countDrift(client)).toBe(0);
    expect((await client.query('SELECT 1 FROM product_summaries')).rows.length).toBeGreaterThan(50);
  });

  it('stores the first page of every product, and leaves no block that a read would still mark', async () => {
    expect(await countMissingPages(client)).toBe(0);
    expect(await listUnfrozen(client)).toEqual([]);
  });

  it('attaches segments as PostgreSQL would have created them: no check and no index of their own', async () => {
    const { rows } = await client.query(
      `SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid
       WHERE indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'reviews'::regclass)
         AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = indexrelid)`,
    );
    expect(rows).toEqual([]);
    const { rows: checks } = await client.query(
      `SELECT FROM pg_constraint WHERE conname = 'within_bounds'`,
    );
    expect(checks).toEqual([]);
  });

  it('takes new reviews after the seeded ones, in every segment', async () => {
    for (const product of ['0', '15', 'zebra']) {
      const { rows } = await client.query(
        `INSERT INTO reviews (created_at, product_id, state, rating, payload) VALUES (now(), $1, 'approved', 5, '{}')
         RETURNING review_id`,
        [product],
      );
      expect(Number(rows[0].review_id)).toBeGreaterThan(3_000);
    }
  });

  it('does nothing when repeated after its end', async () => {
    const before = await describeDatabase(client);

    const ended = await seed(...LOAD);

    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('already loaded') });
    expect(await describeDatabase(client)).toEqual(before);
  });

  it('refuses a database that holds reviews, in one line, without --append or --replace', async () => {
    const ended = await seed('--reviews', '2k');

    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe(
      'starling: The database already holds reviews; add others with --append or replace them with --replace\n',
    );
  });
});

describe('npm run seed', () => {
  beforeEach(open);
  afterEach(close);

  it('writes byte-identical files whatever the number of workers', async () => {
    const digests = async (workers: number) => {
      const dir = path.join(folder, `by-${workers}`);
      const ended = await runSeeder(
        [
          '--reviews',
          '6k',
          '--segment-rows',
          '1k',
          '--csv-only',
          '--workers',
          `${workers}`,
          '--dir',
          dir,
        ],
        undefined,
      );
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      return readdirSync(dir).map((name) => [name, digest(path.join(dir, name))]);
    };

    const one = await digests(1);
    expect(one).toHaveLength(13); // six segments, two files each, and the manifest
    expect(await digests(3)).toEqual(one);
  });

  it('loads with --from-csv the files of --csv-only: the same reviews as without files', async () => {
    await seed('--reviews', '2k', '--segment-rows', '1k');
    const atOnce = await describeDatabase(client);
    const dir = path.join(folder, 'csv');
    await runSeeder(['--reviews', '2k', '--segment-rows', '1k', '--csv-only', '--dir', dir]);

    const ended = await runSeeder(['--from-csv', dir, '--replace'], database.url);

    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(await describeDatabase(client)).toMatchObject({
      summaries: atOnce.summaries,
      nextId: 4_000,
    });
    await client.query('UPDATE reviews SET review_id = review_id - 2000'); // its ids follow those that were given out
    expect((await describeDatabase(client)).reviews).toBe(atOnce.reviews);
    expect(readdirSync(dir)).toHaveLength(5);
  });

  it('replaces everything with --replace', async () => {
    await seed('--reviews', '2k', '--segment-rows', '500');
    await seed('--reviews', '1k', '--replace');

    expect(await describeDatabase(client)).toMatchObject({ count: 1_000, nextId: 3_000 });
    expect(await countDrift(client)).toBe(0);
    expect(await countMissingPages(client)).toBe(0);
    expect(await listUnfrozen(client)).toEqual([]);
  });

  it('adds new products with --append, and keeps what is there', async () => {
    await seed('--reviews', '1k');
    const { rows: before } = await client.query('SELECT * FROM reviews ORDER BY review_id');

    expect(await seed('--reviews', '1k', '--segment-rows', '400', '--append')).toMatchObject({
      code: 0,
      stderr: '',
    });

    const { rows: after } = await client.query('SELECT * FROM reviews ORDER BY review_id');
    expect(after).toHaveLength(2_000);
    expect(after.slice(0, 1_000)).toEqual(before);
    const products = new Set(before.map((row) => row.product_id));
    expect(after.slice(1_000).some((row) => products.has(row.product_id))).toBe(false);
    expect(await countDrift(client)).toBe(0);
    expect(await countMissingPages(client)).toBe(0);
    expect(await listUnfrozen(client)).toEqual([]);
  });

  it('refuses a folder that holds other files', async () => {
    writeFileSync(path.join(folder, 'precious.txt'), '');
    const ended = await runSeeder(['--reviews', '1k', '--dir', folder], database.url);

    expect(ended.stderr).toBe(
      `starling: ${folder} is not empty; choose a --dir of the load's own\n`,
    );
    expect(readdirSync(folder)).toEqual(['precious.txt']);
  });

  it('refuses --from-csv with missing files or another number of rows, and changes nothing', async () => {
    const dir = path.join(folder, 'csv');
    expect((await runSeeder(['--from-csv', dir], database.url)).stderr).toContain(
      'holds no manifest.json',
    );

    await runSeeder(['--reviews', '1k', '--csv-only', '--dir', dir]);
    const file = path.join(dir, 'segment-0001.reviews.csv');
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(0, 900).join('\n'));
    const ended = await runSeeder(['--from-csv', dir], database.url);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('holds 900 rows, 1000 were planned');
    expect((await describeDatabase(client)).count).toBe(0);
  });

  it('says in one line that the server cannot be reached', async () => {
    const ended = await runSeeder(['--reviews', '1k'], 'postgres://nobody@127.0.0.1:1/none');

    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^starling: .*127\.0\.0\.1:1.*\n$/);
  });

  it('prints nothing with --quiet and one JSON object with --json', async () => {
    expect(await seed('--reviews', '500', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });

    const { stdout } = await seed('--reviews', '600', '--replace', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      reviews: 600,
      segments: 1,
      phases: expect.any(Array),
    });
  });
});

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
