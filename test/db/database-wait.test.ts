import { createServer, type Server } from 'node:net';
import { Writable } from 'node:stream';
import { onceDatabaseAnswers } from '../../src/platform/db/database-wait';
import { migrate } from '../../src/platform/db/migrate';
import { createPools } from '../../src/platform/db/pools';
import { inTransaction } from '../../src/platform/db/transaction';
import { createLogger } from '../../src/platform/telemetry/logger';
import {
  type BreakableConnection,
  createBreakableConnection,
} from '../support/breakable-connection';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';

describe('a database that is away', () => {
  let database: TestDatabase;
  let connection: BreakableConnection;
  let lines: Record<string, unknown>[];

  beforeEach(async () => {
    database = await createTestDatabase();
    connection = await createBreakableConnection(database.url);
    lines = [];
  });
  afterEach(async () => {
    await connection.cut();
    await database.drop();
  });

  const logger = () => {
    const write = (chunk: Buffer, _encoding: string, done: () => void) => {
      lines.push(JSON.parse(chunk.toString()));
      done();
    };
    return createLogger('info', 'test', new Writable({ write }));
  };
  const startOnce = (databaseUrl: string, patienceMs: number) =>
    onceDatabaseAnswers(() => migrate(databaseUrl), { databaseUrl, patienceMs, logger: logger() });

  it('is tried again with growing pauses, and each try writes one line', async () => {
    await connection.cut();
    const started = startOnce(connection.url, 60_000);
    await until('it has tried three times', () => lines.length === 3);
    await connection.mend();

    await expect(started).resolves.toEqual([]);
    expect(lines.slice(0, 3).map(({ msg, again_ms }) => [msg, again_ms])).toEqual([
      ['waiting for the database', 250],
      ['waiting for the database', 500],
      ['waiting for the database', 1000],
    ]);
    expect(lines[0]!.reason).toMatch(/ECONNREFUSED/);
  });

  it('is given up after DATABASE_WAIT_MS, with one line without the password', async () => {
    await connection.cut();
    const url = connection.url.replace('starling@', 'starling:hunter2@');
    const { port } = new URL(url);

    await expect(startOnce(url, 300)).rejects.toThrow(
      new RegExp(
        `^The database at 127.0.0.1:${port} cannot be used: connect ECONNREFUSED .*; waited 0.3 s \\(DATABASE_WAIT_MS\\)$`,
      ),
    );
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('fails at once when waiting cannot help', async () => {
    const url = new URL(database.url);
    url.pathname = '/nobody_made_this';

    await expect(startOnce(url.href, 60_000)).rejects.toThrow(
      'database "nobody_made_this" does not exist',
    );
    expect(lines).toEqual([]);
  });

  it('counts as unreachable when it accepts connections and never answers', async () => {
    const mute: Server = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };

    await expect(startOnce(`postgres://starling@127.0.0.1:${port}/x`, 0)).rejects.toThrow(
      'timeout expired',
    );
    mute.close();
  });

  it('fails only the transactions under way', async () => {
    const options = {
      databaseUrl: connection.url,
      readConnections: 1,
      writeConnections: 1,
      replicaUrls: [],
      instance: 'test',
    };
    const pools = createPools({ ...options, logger: logger() });

    // Between two statements: no query is under way that could fail with the connection.
    const cutWithin = inTransaction(pools.writes, async (client) => {
      const lost = new Promise((resolve) => client.once('end', resolve));
      await connection.cut();
      await lost;
      await client.query('SELECT 1');
    });
    await expect(cutWithin).rejects.toThrow('not queryable');

    await connection.mend();
    const { rows } = await inTransaction(pools.writes, (client) => client.query('SELECT 1 AS one'));
    expect(rows).toEqual([{ one: 1 }]);
    await pools.close();
  });
});
