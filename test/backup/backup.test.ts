import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../scripts/local/embedded-postgres';
import { freePorts } from '../../scripts/local/free-ports';
import { makeFolderFor, postgresAccount } from '../../scripts/local/postgres-account';
import { renderPostgresSettings } from '../../scripts/local/postgres-settings';
import { packageRoot } from '../../src/platform/package-root';
import { until } from '../support/poll';
import { type SingleInstance, startInstance, untilSaid } from '../support/single-instance';
import { temporaryFolder } from '../support/temporary-folder';

/** Restores a backup with the commands of docs/runbook.md and counts the reviews. */
describe('a backup and its archive', () => {
  const folder = temporaryFolder('backup');
  const archive = path.join(folder, 'archive');
  const restored = path.join(folder, 'restored');
  const servers: EmbeddedPostgres[] = [];
  const instances: SingleInstance[] = [];
  const clients: Client[] = [];
  let server: EmbeddedPostgres;
  let sql: Client;

  beforeAll(async () => {
    makeFolderFor(postgresAccount(), archive);
    server = await startServer('data');
    sql = await connect(server);
  });
  afterAll(async () => {
    for (const client of clients) await client.end();
    for (const instance of instances) {
      instance.process.kill('SIGTERM');
      await instance.ended;
    }
    for (const each of servers) await each.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startServer(name: string): Promise<EmbeddedPostgres> {
    const [port] = (await freePorts(1)) as [number];
    const dataDir = path.join(folder, name);
    const logFile = path.join(folder, `${name}.log`);
    const started = await startEmbeddedPostgres({
      dataDir,
      port,
      settings: renderPostgresSettings({ dataDir, memoryMb: 512, walArchive: archive }),
      logFile,
    });
    servers.push(started);
    return started;
  }

  async function connect(to: EmbeddedPostgres): Promise<Client> {
    const client = new Client({ connectionString: to.url() });
    await client.connect();
    clients.push(client);
    return client;
  }

  async function startServing(on: EmbeddedPostgres): Promise<string> {
    const instance = await startInstance(on.url());
    instances.push(instance);
    await untilSaid(instance, 'listening');
    return `http://127.0.0.1:${instance.port}`;
  }

  /** `npm run backup -- …` */
  function backup(args: string[], databaseUrl = '') {
    const script = path.join(packageRoot, 'dist', 'scripts', 'backup', 'main.js');
    return spawnSync(process.execPath, [script, ...args], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
      encoding: 'utf8',
    });
  }

  let written = 0;
  async function submitReview(url: string): Promise<string> {
    const response = await fetch(`${url}/v1/products/kept-${written % 7}/reviews`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': `2001:db8:${written}::1` },
      body: JSON.stringify({
        rating: 1 + (written % 5),
        body: 'Kept.',
        author: { name: 'Ada', email: `ada-${written++}@example.com` },
      }),
    });
    expect(response.status).toBe(201);
    return response.headers.get('location')!;
  }
  async function submitReviews(url: string, count: number): Promise<string[]> {
    const locations: string[] = [];
    while (locations.length < count) locations.push(await submitReview(url));
    return locations;
  }

  const locations = async (client: Client) => {
    const { rows } = await client.query<{ location: string }>(
      `SELECT format('/v1/products/%s/reviews/%s', product_id, review_id) AS location FROM reviews`,
    );
    return rows.map(({ location }) => location).sort();
  };

  it('restore every review that was answered before the mistake, and nothing after it', async () => {
    const url = await startServing(server);
    const kept = await submitReviews(url, 40);
    // It is taken while reviews are written: some are in the files, some in the log only.
    let taking = true;
    const meanwhile = (async () => {
      while (taking) kept.push(await submitReview(url));
    })();
    const took = await takeBackup();
    taking = false;
    await meanwhile;
    kept.push(...(await submitReviews(url, 40)));

    const { rows } = await sql.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    const beforeTheMistake = rows[0]!.now.toISOString();
    await until(
      'the mistake is later than that',
      () => Date.now() > Date.parse(beforeTheMistake) + 10,
    );
    await sql.query('DELETE FROM reviews');
    await submitReviews(url, 10);
    await untilArchived(sql);

    const options = ['--archive', archive, '--data', restored, '--until', beforeTheMistake];
    const prepared = backup(['restore', took, ...options]);
    expect([prepared.status, prepared.stdout]).toEqual([0, `${restored}\n`]);
    const again = await startServer('restored');
    const restoredSql = await connect(again);

    expect(await locations(restoredSql)).toEqual(kept.sort());
    const drift = await restoredSql.query(`
      SELECT product_id, rating_1, rating_2, rating_3, rating_4, rating_5 FROM product_summaries_recounted
      EXCEPT SELECT product_id, rating_1, rating_2, rating_3, rating_4, rating_5 FROM product_summaries`);
    expect(drift.rows).toEqual([]);
    const servedAgain = await startServing(again);
    const { count } = (await (await fetch(`${servedAgain}/v1/products/kept-0/summary`)).json()) as {
      count: number;
    };
    expect(count).toBe(kept.filter((location) => location.includes('/kept-0/')).length);
    await submitReviews(servedAgain, 1);
    expect(await locations(sql)).toHaveLength(10); // the server with the mistake was not touched
  });

  /** Not spawnSync: this process is the one that writes meanwhile. */
  async function takeBackup(): Promise<string> {
    const script = path.join(packageRoot, 'dist', 'scripts', 'backup', 'main.js');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [script, 'take', path.join(folder, 'backups')],
      {
        env: { ...process.env, DATABASE_URL: server.url() },
      },
    );
    return stdout.trim();
  }

  async function untilArchived(of: Client): Promise<void> {
    const { rows } = await of.query<{ file: string }>(
      'SELECT pg_walfile_name(pg_switch_wal()) AS file',
    );
    await until(
      'the archive has it all',
      () => existsSync(path.join(archive, rows[0]!.file)),
      60_000,
    );
  }

  it('may be a folder of pg_basebackup from a server that was itself restored', async () => {
    const [, first] = servers as [EmbeddedPostgres, EmbeddedPostgres];
    const firstSql = await connect(first);
    const base = path.join(folder, 'base');
    makeFolderFor(postgresAccount(), base);
    const before = await locations(firstSql);
    await baseBackup(first, base);
    const added = await submitReviews(await startServing(first), 15);
    await untilArchived(firstSql);

    const again = path.join(folder, 'new', 'restored-again');
    const prepared = backup(['restore', base, '--archive', archive, '--data', again]);
    expect([prepared.status, prepared.stdout]).toEqual([0, `${again}\n`]);
    const againSql = await connect(await startServer('new/restored-again'));

    expect(await locations(againSql)).toEqual([...before, ...added].sort());
  });

  /**
   * What `pg_basebackup` asks of the server, which packs the files itself; a version as new as the
   * server's is not on every machine.
   */
  async function baseBackup(of: EmbeddedPostgres, into: string): Promise<void> {
    const packed = path.join(into, 'packed');
    const replication = new Client({ connectionString: `${of.url()}?replication=true` });
    await replication.connect();
    await replication.query(
      `BASE_BACKUP (TARGET 'server', TARGET_DETAIL '${packed}', CHECKPOINT 'fast', MANIFEST 'no')`,
    );
    await replication.end();
    execFileSync('tar', ['-xpf', path.join(packed, 'base.tar'), '-C', into]);
    rmSync(packed, { recursive: true });
    for (const name of ['backup_label', 'global/pg_control'])
      expect(existsSync(path.join(into, name))).toBe(true);
  }

  it('are refused by name when they do not match, or would overwrite a database', async () => {
    const [took] = readdirSync(path.join(folder, 'backups')) as [string];
    const good = path.join(folder, 'backups', took);
    const empty = path.join(folder, 'empty');
    const elsewhere = path.join(folder, 'elsewhere');
    makeFolderFor(undefined, empty);

    const says = (args: string[], url?: string) => {
      const { status, stderr } = backup(args, url);
      return `${status} ${stderr}`;
    };
    expect(says(['restore', empty, '--archive', archive, '--data', elsewhere])).toMatch(
      /^1 starling: \S+ is not a finished backup: it has no backup_label\n$/,
    );
    expect(says(['restore', good, '--archive', empty, '--data', elsewhere])).toMatch(
      /^1 starling: \S+ is not this backup's archive: it does not hold [0-9A-F]{24}, where the backup begins\n$/,
    );
    expect(says(['restore', good, '--archive', archive, '--data', restored])).toMatch(
      /^1 starling: \S+ is not empty: restore into a new folder/,
    );
    expect(
      says([
        'restore',
        good,
        '--archive',
        archive,
        '--data',
        elsewhere,
        '--until',
        '2026-11-22 18:30',
      ]),
    ).toMatch(
      /^2 starling: option '--until <time>' .* Expected a time with a zone, such as 2026-11-22T18:30:00Z/,
    );
    expect(says(['take', elsewhere], process.env.STARLING_TEST_SERVER)).toMatch(
      /^1 starling: The server keeps no archive of its WAL, and a backup cannot be restored without one/,
    );
    expect(existsSync(elsewhere)).toBe(false);
  });
});
