import { type FSWatcher, mkdirSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';
import { connect, describeDatabase, runSeeder, startSeeder } from './seeder';

/** Held by the test; the seeder's statements of one kind wait for it inside the server. */
const GATE = 4_711;
const LOAD = ['--reviews', '3k', '--segment-rows', '700', '--workers', '2'];

describe('a load that is interrupted', () => {
  let database: TestDatabase;
  let client: Client;
  let gate: Client;
  let folder: string;
  let dir: string;
  let uninterrupted: Awaited<ReturnType<typeof describeDatabase>>;

  beforeAll(async () => {
    const other = await createTestDatabase();
    await runSeeder(
      ['--dir', path.join(tmpdir(), `starling-whole-${process.pid}`), ...LOAD],
      other.url,
    );
    const otherClient = await connect(other.url);
    uninterrupted = await describeDatabase(otherClient);
    await otherClient.end();
    await other.drop();
  });

  beforeEach(async () => {
    database = await createTestDatabase();
    client = await connect(database.url);
    gate = await connect(database.url);
    folder = mkdtempSync(path.join(tmpdir(), 'starling-resume-'));
    dir = path.join(folder, 'csv');
  });
  afterEach(async () => {
    await client.end();
    await gate.end();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const seed = (...args: string[]) => startSeeder(['--dir', dir, ...LOAD, ...args], database.url);

  /** From now on the seeder's statements of this kind, from the `nth` on, wait until `open`. */
  async function closeGate(tag: string, nth: number): Promise<void> {
    await gate.query('SELECT pg_advisory_lock($1)', [GATE]);
    await client.query(`
      CREATE SEQUENCE public.gate_passes;
      CREATE FUNCTION public.wait_at_gate() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('application_name') = 'starling-seed' AND nextval('public.gate_passes') >= ${nth} THEN
          PERFORM pg_advisory_xact_lock_shared(${GATE});
        END IF;
      END $$;
      CREATE EVENT TRIGGER gate ON ddl_command_end WHEN TAG IN ('${tag}') EXECUTE FUNCTION public.wait_at_gate();`);
  }

  async function openGate(): Promise<void> {
    await gate.query('SELECT pg_advisory_unlock_all()'); // first: who waits holds the sequence
    await client.query(`
      DROP EVENT TRIGGER gate; DROP FUNCTION public.wait_at_gate; DROP SEQUENCE public.gate_passes;`);
  }

  async function someoneWaitsAtGate(): Promise<void> {
    await until('someone waits at the gate', async () => {
      const { rowCount } = await client.query(
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = ${GATE}`,
      );
      return rowCount! > 0;
    });
  }

  async function expectSameAsUninterrupted(): Promise<void> {
    expect(await describeDatabase(client)).toEqual(uninterrupted);
    expect(readdirSync(folder)).toEqual([]);
  }

  it('continues after kill -9 while files are written', async () => {
    await closeGate('CREATE TABLE', 1); // this process may be late: nothing is loaded until then
    mkdirSync(dir);
    const { child, ended } = startSeeder(['--dir', dir, ...LOAD], database.url);
    let watcher: FSWatcher | undefined;
    await new Promise<void>((resolve) => {
      watcher = watch(dir, (_, name) => {
        if (name?.endsWith('.part')) resolve();
      });
    });
    child.kill('SIGKILL');
    watcher!.close();
    await ended;
    await openGate();
    expect((await describeDatabase(client)).count).toBe(0);

    expect(await seed().ended).toMatchObject({ code: 0, stderr: '' });
    await expectSameAsUninterrupted();
  });

  it.each([
    ['before the first row is copied', 'CREATE TABLE', 1],
    ['when one segment is loaded and others are begun', 'CREATE TABLE', 3],
    ['while the first segment is indexed', 'CREATE INDEX', 2],
    ['while a later segment is indexed', 'CREATE INDEX', 9],
    ['while the segments are put in place', 'ALTER TABLE', 24],
    ['when all is in place and only cleaning up remains', 'DROP SCHEMA', 2],
  ])('continues after kill -9 %s', async (_, tag, nth) => {
    await closeGate(tag, nth);
    const { child, ended } = seed();
    await someoneWaitsAtGate();
    child.kill('SIGKILL');
    await ended;
    await openGate();
    const { count } = await describeDatabase(client);
    expect([0, 3_000]).toContain(count); // all or nothing is seen meanwhile

    expect(await seed().ended).toMatchObject({ code: 0, stderr: '' });
    await expectSameAsUninterrupted();
  });

  it('continues after kill -9 while first pages are stored', async () => {
    await gate.query('SELECT pg_advisory_lock($1)', [GATE]);
    await client.query(`
      CREATE SEQUENCE public.gate_passes;
      CREATE FUNCTION public.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('public.gate_passes') >= 30 THEN
          PERFORM pg_advisory_xact_lock_shared(${GATE});
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER gate BEFORE INSERT ON product_pages FOR EACH ROW EXECUTE FUNCTION public.wait_at_gate()`);
    const { child, ended } = seed();
    await someoneWaitsAtGate();
    child.kill('SIGKILL');
    await ended;
    expect((await describeDatabase(client)).count).toBe(3_000); // readers see the reviews already
    await gate.query('SELECT pg_advisory_unlock_all()');
    await client.query('DROP TRIGGER gate ON product_pages; DROP FUNCTION public.wait_at_gate');
    await client.query('DROP SEQUENCE public.gate_passes');

    expect(await seed().ended).toMatchObject({ code: 0, stderr: '' });
    await expectSameAsUninterrupted();
  });

  it('continues after Ctrl-C, which ends it with one line and code 130', async () => {
    await closeGate('CREATE INDEX', 15); // seven a segment: of the two that are made side by side, one is whole by then
    const { child, ended } = seed();
    await someoneWaitsAtGate();
    child.kill('SIGINT');
    expect(await ended).toMatchObject({
      code: 130,
      stderr: 'starling: Stopped; the same command continues where this one was\n',
    });
    await openGate(); // not before: the load might be through before the signal

    const again = await seed().ended;
    expect(again.stdout).toMatch(/^Continuing .*\n(.*\n)*.*\(\d from an earlier run\)/);
    await expectSameAsUninterrupted();
  });

  it('continues after the server has ended its sessions, which it reports in one line', async () => {
    await closeGate('CREATE INDEX', 9);
    const { ended } = seed();
    await someoneWaitsAtGate();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'starling-seed' AND datname = current_database()`,
    );
    await openGate();
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^starling: .*\(the same command continues where this one was\)\n$/);

    expect(await seed().ended).toMatchObject({ code: 0, stderr: '' });
    await expectSameAsUninterrupted();
  });

  it('continues when its folder was removed meanwhile', async () => {
    await closeGate('CREATE INDEX', 9);
    const { child, ended } = seed();
    await someoneWaitsAtGate();
    child.kill('SIGKILL');
    await ended;
    await openGate();
    rmSync(dir, { recursive: true });

    expect(await seed().ended).toMatchObject({ code: 0, stderr: '' });
    await expectSameAsUninterrupted();
  });

  it('leaves no obstacle to another load, which drops what it left', async () => {
    await closeGate('CREATE INDEX', 9);
    const { child, ended } = seed();
    await someoneWaitsAtGate();
    child.kill('SIGKILL');
    await ended;
    await openGate();

    const other = await runSeeder(
      ['--reviews', '1k', '--dir', path.join(folder, 'other')],
      database.url,
    );

    expect(other.stdout).toContain('Dropping what an interrupted load of 3000 reviews left');
    expect(await describeDatabase(client)).toMatchObject({ count: 1_000, leftovers: 0 });
  });

  it('keeps out a second seeder while it works', async () => {
    await closeGate('CREATE INDEX', 1);
    const { ended } = seed();
    await someoneWaitsAtGate();

    const second = await runSeeder(
      ['--reviews', '1k', '--dir', path.join(folder, 'second')],
      database.url,
    );
    await openGate();

    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Another npm run seed is at work'),
    });
    expect(await ended).toMatchObject({ code: 0 });
    await expectSameAsUninterrupted();
  });

  it('appends each part once, however often it is killed', async () => {
    await runSeeder(['--reviews', '1k', '--dir', path.join(folder, 'first')], database.url);
    const append = () => seed('--append');
    await client.query(`
      CREATE SEQUENCE public.gate_passes;
      CREATE FUNCTION public.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('public.gate_passes') >= 1500 THEN PERFORM pg_advisory_xact_lock_shared(${GATE}); END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER gate AFTER INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION public.wait_at_gate();`);
    await gate.query('SELECT pg_advisory_lock($1)', [GATE]);
    const { child, ended } = append();
    await someoneWaitsAtGate();
    child.kill('SIGKILL');
    await ended;
    await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'starling-seed' AND datname = current_database()`);
    await client.query(
      'DROP TRIGGER gate ON reviews; DROP FUNCTION public.wait_at_gate; DROP SEQUENCE public.gate_passes',
    );
    await gate.query('SELECT pg_advisory_unlock_all()');

    expect(await append().ended).toMatchObject({ code: 0, stderr: '' });
    expect(await describeDatabase(client)).toMatchObject({ count: 4_000, leftovers: 0 });
    const { rows } = await client.query(
      'SELECT count(DISTINCT review_id)::integer AS ids FROM reviews',
    );
    expect(rows[0].ids).toBe(4_000);
  });
});
