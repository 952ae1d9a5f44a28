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
  it("returns the latest reports of other members and their age, never a member's own", async () => {
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

  it('passes on a report of any size unchanged', async () => {
    const report = randomBytes(400_000).toString('base64');
    await swapInTime(open(), 'a', report);
    expect((await swapInTime(open(), 'b', ''))[0]?.report).toBe(report);
  });

  it('leaves out members after two silent seconds, and deletes them after a minute', async () => {
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

  it('fails in time while the table is locked, and works again afterwards', async () => {
    const store = open();
    await sql.query('BEGIN; LOCK TABLE throttle_reports');
    await expect(store.swap('a', '')).rejects.toThrow(/timeout/);
    await sql.query('ROLLBACK');
    expect(await swapInTime(store, 'a', '')).toEqual([]);
  });

  it('creates the table again after it was dropped', async () => {
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

  it('uses another connection after the server has ended its own', async () => {
    const store = open();
    await swapInTime(store, 'a', '');
    await sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'under-test throttle'`,
    );
    await store.swap('a', '').catch(() => {}); // may fail while the connection ends
    expect(await swapInTime(store, 'a', '')).toEqual([]);
  });
});
