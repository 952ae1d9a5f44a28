import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createLogger } from '../../src/platform/telemetry/logger';
import { createPostgresExchange } from '../../src/throttle/share/postgres-exchange';
import type { ReportStore } from '../../src/throttle/share/spending-exchange';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';
import { swapInTime } from '../support/report-swap';

let database: TestDatabase;
let sql: Client;
const stores: ReportStore[] = [];

function open(): ReportStore {
  const store = createPostgresExchange(
    database.url,
    'under-test',
    createLogger('silent', 'under-test'),
  );
  stores.push(store);
  return store;
}

beforeAll(async () => {
  database = await createTestDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await sql.query('TRUNCATE throttle_reports');
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

describe('the exchange through PostgreSQL', () => {
  it("answers with the others' latest reports and their age, never with one's own", async () => {
    const [a, b] = [open(), open()];
    expect(await swapInTime(a, 'a', 'first')).toEqual([]);
    await swapInTime(a, 'a', 'second');
    expect(await swapInTime(b, 'b', 'other')).toEqual([
      { member: 'a', ageMs: expect.any(Number), report: 'second' },
    ]);
    const [answer] = await swapInTime(a, 'a', 'third');
    expect(answer).toMatchObject({ member: 'b', report: 'other' });
    expect(answer!.ageMs).toBeGreaterThanOrEqual(0);
  });

  it('takes a report of any size as it is', async () => {
    const report = randomBytes(400_000).toString('base64');
    await swapInTime(open(), 'a', report);
    expect((await swapInTime(open(), 'b', ''))[0]?.report).toBe(report);
  });

  it('leaves out members that have been silent for two seconds, and clears them away after a minute', async () => {
    const store = open();
    await swapInTime(store, 'silent', '');
    await swapInTime(store, 'gone', '');
    await sql.query(
      `UPDATE throttle_reports SET reported_at = now() - interval '3 s' WHERE member = 'silent'`,
    );
    await sql.query(
      `UPDATE throttle_reports SET reported_at = now() - interval '2 min' WHERE member = 'gone'`,
    );
    expect(await swapInTime(store, 'a', '')).toEqual([]);
    const { rows } = await sql.query('SELECT member FROM throttle_reports ORDER BY member');
    expect(rows.map(({ member }) => member)).toEqual(['a', 'silent']);
  });

  it('gives up on a table that is locked, and works again when it is not', async () => {
    const store = open();
    await sql.query('BEGIN; LOCK TABLE throttle_reports');
    await expect(store.swap('a', '')).rejects.toThrow(/timeout/);
    await sql.query('ROLLBACK');
    expect(await swapInTime(store, 'a', '')).toEqual([]);
  });

  it('makes the table again that somebody has dropped', async () => {
    const store = open();
    await swapInTime(store, 'a', '');
    await sql.query('DROP TABLE throttle_reports');
    await until('the table is missed', () =>
      store.swap('a', '').then(
        () => false,
        ({ message }) => message.includes('does not exist'),
      ),
    );
    expect(await swapInTime(store, 'a', 'again')).toEqual([]);
    expect(await swapInTime(open(), 'b', '')).toMatchObject([{ member: 'a', report: 'again' }]);
  });

  it('does without its connection when the server ends it, and takes another', async () => {
    const store = open();
    await swapInTime(store, 'a', '');
    await sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'under-test throttle'`,
    );
    await store.swap('a', '').catch(() => {}); // may meet the ending
    expect(await swapInTime(store, 'a', '')).toEqual([]);
  });
});
