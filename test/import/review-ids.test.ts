import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { migrate } from '../../src/platform/db/migrate';
import { runSeeder } from '../seed/seeder';
import { composeBeside, createTestApi, type TestApi } from '../support/api';
import { until } from '../support/poll';
import { CLASSIC_HEADER, classicRow, exportFolder, runImporter, startImporter } from './importer';

/** Instances serve meanwhile and hold ids that only the sequence knows of. */
let api: TestApi;
let beside: Service;
let admin: string;
let folder: string;

beforeEach(async () => {
  api = await createTestApi({ THROTTLE: 'off' });
  beside = await composeBeside(api, { THROTTLE: 'off' });
  admin = await api.makeKey('admin');
  folder = exportFolder({
    'reviews.csv': [CLASSIC_HEADER, classicRow(1), classicRow(2), classicRow(3)],
  });
});
afterEach(async () => {
  await beside.close();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function post(product: string): Promise<number> {
  return (await api.submit(product).expect(201)).body.review_id;
}

async function postBeside(product: string): Promise<number> {
  const draft = {
    rating: 4,
    body: 'Good.',
    author: { name: 'Bo', email: `${product}@example.com` },
  };
  const answer = await supertest(beside.listener)
    .post(`/v1/products/${product}/reviews`)
    .send(draft);
  return answer.body.review_id;
}

async function erase(reviewId: number): Promise<void> {
  await api
    .send('post', '/v1/privacy/erasure')
    .set('Authorization', `Bearer ${admin}`)
    .send({ review_id: reviewId, mode: 'remove' })
    .expect(200);
}

async function idsInUse(): Promise<number[]> {
  const { rows } = await api.sql.query<{ id: string }>(
    'SELECT review_id AS id FROM reviews ORDER BY 1',
  );
  return rows.map(({ id }) => Number(id));
}

async function expectDistinctIds(count: number): Promise<void> {
  const ids = await idsInUse();
  expect(ids).toHaveLength(count);
  expect(new Set(ids).size).toBe(count);
}

it('legacy reviews get new ids where an instance was given theirs, and the list names them', async () => {
  const erased = await post('p-1');
  await erase(erased);

  const { stdout } = await runImporter(['classic', folder], api.databaseUrl);

  expect(stdout).toMatch(
    /^3 reviews imported, with new ids.*\n.*reviews\.ids\.csv lists old and new ids\n$/,
  );
  const imported = await idsInUse();
  expect(Math.min(...imported)).toBeGreaterThan(1_000); // the instance may use each of these
  const list = readFileSync(path.join(folder, 'reviews.ids.csv'), 'utf8');
  expect(list).toBe(`old_id,new_id\n1,${imported[0]}\n2,${imported[1]}\n3,${imported[2]}\n`);

  for (const product of ['p-2', 'p-3', 'p-4']) await post(product);
  for (const product of ['p-5', 'p-6']) await postBeside(product);
  await expectDistinctIds(8);
  expect(await idsInUse()).not.toContain(erased);
});

it('legacy reviews keep ids that were never given out, and instances continue after them', async () => {
  const { stdout } = await runImporter(['classic', folder], api.databaseUrl);
  expect(stdout).toMatch(/^3 reviews imported, with their ids/);
  expect(await idsInUse()).toEqual([1, 2, 3]);
  expect(await post('p-1')).toBe(4);
  expect(await postBeside('p-2')).toBeGreaterThan(4);

  const later = exportFolder({
    'reviews.csv': [CLASSIC_HEADER, classicRow(90_001), classicRow(90_002)],
  });
  expect((await runImporter(['classic', later], api.databaseUrl)).stdout).toContain(
    'with their ids',
  );
  rmSync(later, { recursive: true });
  for (const product of ['p-3', 'p-4']) await post(product);
  await expectDistinctIds(9);
});

it('legacy ids that leave no room for later ids are not kept', async () => {
  const far = exportFolder({ 'reviews.csv': [CLASSIC_HEADER, classicRow(2 ** 53 - 1)] });
  expect((await runImporter(['classic', far], api.databaseUrl)).stdout).toContain('with new ids');
  rmSync(far, { recursive: true });
  expect(await post('p-1')).toBeLessThan(2_000);
});

it('an id that an instance takes while legacy reviews are written is not given out twice', async () => {
  const gate = new Client({ connectionString: api.databaseUrl });
  await gate.connect();
  // The import waits here with its reviews written and not committed.
  await gate.query('BEGIN; LOCK TABLE product_summaries IN ACCESS EXCLUSIVE MODE');
  const { ended } = startImporter(['classic', folder], api.databaseUrl);
  await until('the import waits', async () => {
    const { rowCount } = await api.sql.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'starling-import' AND wait_event_type = 'Lock'`,
    );
    return rowCount! > 0;
  });
  const posted = post('p-1'); // takes ids, then waits too
  await until('the instance has taken ids', async () => {
    const { rows } = await api.sql.query('SELECT is_called FROM review_ids');
    return rows[0].is_called;
  });
  await gate.query('COMMIT');
  await gate.end();

  expect((await ended).stdout).toMatch(/^3 reviews imported, with new ids/);
  await posted;
  for (const product of ['p-2', 'p-3', 'p-4']) await post(product);
  await expectDistinctIds(7);
});

it.each([
  ['into a database whose reviews were erased', []],
  ['in place of the reviews there', ['--replace']],
  ['beside the reviews there', ['--append']],
])('ids that instances hold are in no load %s', async (_, options) => {
  const first = await post('p-1');
  if (options.length === 0) await erase(first);
  const load = [
    '--reviews',
    '1500',
    '--segment-rows',
    '500',
    '--dir',
    path.join(folder, 'csv'),
    ...options,
  ];
  for (let round = 1; round <= (options.length === 0 ? 1 : 2); round += 1) {
    expect(await runSeeder(load, api.databaseUrl)).toMatchObject({ code: 0, stderr: '' });
    for (const product of ['p-2', 'p-3', 'p-4']) await post(`${product}-${round}`);
    await postBeside(`p-5-${round}`);
  }
  const ids = await idsInUse();
  expect(new Set(ids).size).toBe(ids.length);
  const { rows } = await api.sql.query(
    `SELECT count(*)::integer AS seeded, min(review_id)::integer AS lowest FROM reviews WHERE product_id !~ '^p-'`,
  );
  expect(rows[0].seeded % 1_500).toBe(0);
  expect(rows[0].lowest).toBeGreaterThan(1_000);
});

it('files that --csv-only wrote are loaded with ids that were never given out', async () => {
  const dir = path.join(folder, 'csv');
  await runSeeder(['--reviews', '1200', '--segment-rows', '500', '--csv-only', '--dir', dir]);
  const posted = await post('p-1');
  expect(await runSeeder(['--from-csv', dir, '--replace'], api.databaseUrl)).toMatchObject({
    code: 0,
  });
  expect(Math.min(...(await idsInUse()))).toBeGreaterThan(1_000);
  expect(await idsInUse()).not.toContain(posted);
  await post('p-2');
  await expectDistinctIds(1_201);
});

it('a sequence that an earlier version set back goes past the ids in use when the database is migrated', async () => {
  await api.sql.query(
    `INSERT INTO reviews (review_id, product_id, created_at, state, rating, payload)
     VALUES (5000, 'old', now(), 'pending', 5, '{}')`,
  );
  await api.sql.query(`DELETE FROM schema_migrations WHERE name = '0044-review-ids-ahead.sql'`);
  expect(await migrate(api.databaseUrl)).toEqual(['0044-review-ids-ahead.sql']);
  expect(await post('p-1')).toBe(105_001);

  await api.sql.query(`DELETE FROM schema_migrations WHERE name = '0044-review-ids-ahead.sql'`);
  await migrate(api.databaseUrl);
  const { rows } = await api.sql.query('SELECT last_value FROM review_ids');
  expect(Number(rows[0].last_value)).toBeLessThan(107_000);
});
