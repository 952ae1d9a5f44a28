import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { answersOk } from '../../scripts/local/http-readiness';
import { packageRoot } from '../../src/platform/package-root';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';
import {
  type KeptConnection,
  keepConnection,
  type SingleInstance,
  startInstance,
  untilSaid,
} from '../support/single-instance';
import { temporaryFolder } from '../support/temporary-folder';

const REVIEW = {
  rating: 5,
  body: 'Fits as it should.',
  author: { name: 'Ada', email: 'ada@example.com' },
};

describe('an instance', () => {
  let database: TestDatabase;
  const running: SingleInstance[] = [];
  const closing: (() => unknown)[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    for (const instance of running.splice(0)) {
      instance.process.kill('SIGKILL');
      await instance.ended;
    }
    await database.drop();
  });

  async function start(...how: Parameters<typeof startInstance>): Promise<SingleInstance> {
    const instance = await startInstance(...how);
    running.push(instance);
    return instance;
  }
  async function startReady(environment: Record<string, string> = {}): Promise<SingleInstance> {
    const instance = await start(database.url, environment);
    await untilSaid(instance, 'listening');
    return instance;
  }
  function connectTo({ port }: SingleInstance): KeptConnection {
    const connection = keepConnection(port);
    closing.push(connection.close);
    return connection;
  }

  /** Blocks every new review. @returns unblocks them */
  async function holdUpReviews(): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE reviews IN ACCESS EXCLUSIVE MODE');
    const letGo = () => client.end();
    closing.push(letGo);
    return letGo;
  }
  async function untilAReviewWaits(): Promise<void> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until('a review waits', async () => (await client.query(waiting)).rowCount! > 0);
    await client.end();
  }

  describe('that gets SIGTERM', () => {
    it('finishes its requests, serves each open connection once more, accepts no new one, and exits with 0', async () => {
      const instance = await startReady({ SHUTDOWN_TIMEOUT_MS: '100000' });
      const [busy, idle] = [connectTo(instance), connectTo(instance)];
      const letGo = await holdUpReviews();
      const posted = busy.ask('POST', '/v1/products/1/reviews', REVIEW);
      await untilAReviewWaits();
      expect((await idle.ask('GET', '/readyz')).headers.connection).toBe('keep-alive'); // for 6 s more

      instance.process.kill('SIGTERM');
      await untilSaid(instance, 'draining');

      await until(
        'it accepts no new connection',
        async () => !(await answersOk(`http://127.0.0.1:${instance.port}/healthz`)),
      );
      const last = await idle.ask('GET', '/readyz');
      expect([last.status, last.headers.connection]).toEqual([503, 'close']);
      expect(JSON.parse(last.body)).toMatchObject({ draining: true });
      await letGo();
      expect((await posted).status).toBe(201);
      busy.close();
      expect(await instance.ended).toEqual({ code: 0, signal: null });
      expect(instance.said()).toContain('"stopped"');
    });

    it('closes idle connections 6 s after their last use', async () => {
      const instance = await startReady();
      await connectTo(instance).ask('GET', '/healthz');

      instance.process.kill('SIGTERM');

      expect(await instance.ended).toEqual({ code: 0, signal: null });
    });

    it('ends requests after SHUTDOWN_TIMEOUT_MS, logs it, and exits with 1', async () => {
      const instance = await startReady({ SHUTDOWN_TIMEOUT_MS: '300' });
      await holdUpReviews();
      const posted = connectTo(instance).ask('POST', '/v1/products/1/reviews', REVIEW);
      const cutOff = expect(posted).rejects.toThrow('socket hang up');
      await untilAReviewWaits();

      instance.process.kill('SIGTERM');

      await cutOff;
      expect(await instance.ended).toEqual({ code: 1, signal: null });
      expect(instance.said()).toMatch(/"requests":1,.*"cut off requests under way"/);
    });

    it('twice exits at once', async () => {
      const instance = await startReady({ SHUTDOWN_TIMEOUT_MS: '600000' });
      await holdUpReviews();
      connectTo(instance)
        .ask('POST', '/v1/products/1/reviews', REVIEW)
        .catch(() => {});
      await untilAReviewWaits();

      instance.process.kill('SIGTERM');
      await untilSaid(instance, 'draining');
      instance.process.kill('SIGINT');

      expect(await instance.ended).toEqual({ code: 1, signal: null });
    });

    it('while it waits for its database exits at once with 0', async () => {
      const instance = await start('postgres://starling@127.0.0.1:1/none');
      await untilSaid(instance, 'waiting for the database');

      instance.process.kill('SIGTERM');

      expect(await instance.ended).toEqual({ code: 0, signal: null });
    });
  });

  describe('that cannot start writes the reason in one line, and exits with 1', () => {
    it('without a database in its settings', async () => {
      const instance = await start('');

      expect(await instance.ended).toEqual({ code: 1, signal: null });
      expect(instance.said()).toBe(
        'Starling cannot start with these settings:\n' +
          '  DATABASE_URL: expected a URL like postgres://user:password@host:5432/database\n',
      );
    });

    it('when nothing listens at the address of the database', async () => {
      const instance = await start('postgres://starling:hunter2@127.0.0.1:1/none', {
        DATABASE_WAIT_MS: '0',
      });

      expect(await instance.ended).toEqual({ code: 1, signal: null });
      expect(instance.said()).toBe(
        'Starling could not start: The database at 127.0.0.1:1 cannot be used: ' +
          'connect ECONNREFUSED 127.0.0.1:1; waited 0 s (DATABASE_WAIT_MS)\n',
      );
    });

    it('when a migration fails, which rolls back, and the last version goes on serving', async () => {
      const older = await startReady();
      const next = nextVersion({
        '9001-good.sql': 'CREATE TABLE from_the_next_version (n int)',
        '9002-bad.sql': 'ALTER TABLE reviews ADD COLUMN half int; SELECT no_such_function()',
      });
      closing.push(() => rm(next, { recursive: true }));

      const newer = await start(database.url, {}, path.join(next, 'dist', 'src', 'main.js'));

      expect(await newer.ended).toEqual({ code: 1, signal: null });
      expect(newer.said()).toBe(
        'Starling could not start: Migration 9002-bad.sql failed: function no_such_function() does not exist\n',
      );
      const client = new Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query(
        `SELECT column_name FROM information_schema.columns WHERE table_name = 'reviews' AND column_name = 'half'`,
      );
      await client.end();
      expect(rows).toEqual([]);
      const connection = connectTo(older);
      expect((await connection.ask('GET', '/readyz')).status).toBe(200);
      expect((await connection.ask('POST', '/v1/products/1/reviews', REVIEW)).status).toBe(201);
      expect((await connection.ask('GET', '/v1/products/1/reviews')).body).toContain(REVIEW.body);
    });
  });
});

/**
 * The compiled tree with these additional migrations, like an image of the next version. @returns its
 * folder
 */
function nextVersion(migrations: Record<string, string>): string {
  const folder = temporaryFolder('next-version');
  for (const part of ['dist', 'migrations', 'package.json']) {
    cpSync(path.join(packageRoot, part), path.join(folder, part), { recursive: true });
  }
  symlinkSync(path.join(packageRoot, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [name, sql] of Object.entries(migrations))
    writeFileSync(path.join(folder, 'migrations', name), sql);
  return folder;
}
