import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { packageRoot } from '../package-root';
import { requireServerVersion } from './server-version';

/** Any number that nothing else in this database locks. */
const MIGRATION_LOCK = 7_827_464_001;
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * While a migration waits for a lock on a table, every later query on that table waits behind it.
 */
const TABLE_LOCK_TIMEOUT_MS = 5_000;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Applies the files of `migrations/*.sql` that are not applied yet, in the order of their names,
 * each in a transaction of its own. Six instances may call it at once: one works, the others wait
 * at an advisory lock and then find nothing to do. A migration that fails, or does not get its
 * table locks within 5 s, is rolled back; those before it stay. Files are append-only: before
 * anything runs, a file that was changed after it was applied is rejected by name.
 *
 * @returns the names it applied
 * @throws an Error of one line that names the migration, or says that the server is too old
 */
export async function migrate(
  databaseUrl: string,
  folder = path.join(packageRoot, 'migrations'),
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'starling-migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {}); // a lost connection fails the statement under way; unheard, the event would end the process
  try {
    await client.connect();
    await requireServerVersion(client);
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    return await applyPending(client, migrations);
  } finally {
    await client.end(); // ends the lock with the session
  }
}

async function applyPending(client: Client, migrations: Migration[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM schema_migrations',
  );
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  for (const { name, checksum } of migrations) {
    if (applied.has(name) && applied.get(name) !== checksum) {
      throw new Error(
        `Migration ${name} was changed after it was applied; put it back and add a new file`,
      );
    }
  }
  const pending = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of pending) await apply(client, migration);
  return pending.map(({ name }) => name);
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${TABLE_LOCK_TIMEOUT_MS}`);
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [
      name,
      checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(folder, name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
