import { execFileSync } from 'node:child_process';
import { chownSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../scripts/local/embedded-postgres';
import { freePorts } from '../../scripts/local/free-ports';
import { passwordFile } from '../../scripts/local/postgres-access';

/**
 * A real primary and its real streaming replica. A test may stop and start either.
 */
export interface ReplicatedPostgres {
  primary: EmbeddedPostgres;
  standby: EmbeddedPostgres;
  startPrimary(): Promise<EmbeddedPostgres>;
  startStandby(): Promise<EmbeddedPostgres>;
}

const SETTINGS =
  'max_connections = 60\nshared_buffers = 32MB\nfsync = off\nmax_wal_size = 1GB\nwal_keep_size = 64MB\n';

/** `prepare` fills the primary before the replica copies it. */
export async function startReplicatedPostgres(
  folder: string,
  prepare: (primaryUrl: string) => Promise<unknown>,
): Promise<ReplicatedPostgres> {
  const [primaryPort, standbyPort] = (await freePorts(2)) as [number, number];
  const start = (name: string, port: number, settings: string) =>
    startEmbeddedPostgres({
      dataDir: path.join(folder, name),
      port,
      settings,
      logFile: path.join(folder, `${name}.log`),
    });
  const startPrimary = () => start('primary', primaryPort, SETTINGS);
  const startStandby = () =>
    start(
      'standby',
      standbyPort,
      `${SETTINGS}primary_conninfo = 'host=127.0.0.1 port=${primaryPort} user=starling passfile=''${passwordFile(path.join(folder, 'standby'))}'''\nwal_retrieve_retry_interval = 200ms\n`,
    );

  const primary = await startPrimary();
  try {
    await prepare(primary.url());
    await copyForStandby(primary.url(), path.join(folder, 'primary'), path.join(folder, 'standby'));
    return { primary, standby: await startStandby(), startPrimary, startStandby };
  } catch (error) {
    await primary.stop();
    throw error;
  }
}

/**
 * Does the work of pg_basebackup, which the embedded PostgreSQL lacks: copies the running server's
 * files between `pg_backup_start` and `pg_backup_stop`, and writes the label that says where the
 * replay of the log begins, and the signal file of a standby.
 */
async function copyForStandby(primaryUrl: string, from: string, to: string): Promise<void> {
  const client = new Client({ connectionString: primaryUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_backup_start('standby', true)`);
    execFileSync('cp', ['-a', from, to]);
    const { rows } = await client.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop(false)',
    );
    add('backup_label', rows[0]!.labelfile);
  } finally {
    await client.end();
  }
  for (const name of ['postmaster.pid', 'postmaster.opts']) rmSync(path.join(to, name));
  add('standby.signal', '');

  function add(name: string, text: string): void {
    const file = path.join(to, name);
    writeFileSync(file, text);
    const { uid, gid } = statSync(to); // if root runs the tests, the server runs as another user
    chownSync(file, uid, gid);
  }
}
