import { totalmem } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { DataFolder } from './data-folder';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { until } from './poll';
import { renderPostgresSettings } from './postgres-settings';

const DATABASE = 'postgres';
/** Replaying a day's log of a busy store takes minutes. */
const REPLAY_TIMEOUT_MS = 6 * 3_600_000;
/** The connections in settings.sh: up to 11 per instance, and some for the seeder and users. */
const CONNECTIONS_MIN = 100;
const CONNECTIONS_OF_AN_INSTANCE = 11;

export interface LocalPostgres {
  databaseUrl: string;
  server: EmbeddedPostgres;
}

/**
 * Starts the embedded server of a data folder with half of this machine's memory. The six instances
 * and other programs have the other half.
 */
export async function startLocalPostgres(
  folder: DataFolder,
  port: number,
  instances: number,
): Promise<LocalPostgres> {
  const memoryMb = Math.floor(
    Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20,
  );
  const settings = renderPostgresSettings({
    dataDir: folder.postgres,
    memoryMb: Math.floor(memoryMb / 2),
  });
  const server = await startEmbeddedPostgres({
    dataDir: folder.postgres,
    port,
    settings: `${settings}max_connections = ${Math.max(CONNECTIONS_MIN, CONNECTIONS_OF_AN_INSTANCE * instances + 20)}\n`,
    logFile: path.join(folder.logs, 'postgres.log'),
    onRecovery: () =>
      process.stderr.write(
        'starling: PostgreSQL did not stop cleanly and replays its log; this may take minutes\n',
      ),
  });
  const databaseUrl = server.url(DATABASE);
  try {
    await untilItTakesWrites(databaseUrl);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { databaseUrl, server };
}

/**
 * Returns at once, unless `npm run backup -- restore` created the folder. Then PostgreSQL answers
 * reads while it replays the archive.
 */
async function untilItTakesWrites(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => {}); // the running statement reports it
  await client.connect();
  try {
    const isReplaying = async () =>
      (await client.query<{ replaying: boolean }>('SELECT pg_is_in_recovery() AS replaying'))
        .rows[0]!.replaying;
    await until('the archive is replayed', async () => !(await isReplaying()), REPLAY_TIMEOUT_MS);
  } finally {
    await client.end().catch(() => {});
  }
}
