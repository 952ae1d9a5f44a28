import { cpus, loadavg, totalmem } from 'node:os';
import { Client } from 'pg';

/** What the figures were measured on, for the head of a result file. */
export type Machine = Record<string, string | number>;

/** This machine, and the version of a PostgreSQL server on it. */
export async function describeMachine(databaseUrl: string): Promise<Machine> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ version: string }>(
    "SELECT current_setting('server_version') AS version",
  );
  await client.end();
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loadBefore: loadavg()[0]!.toFixed(1),
    node: process.version,
    postgres: rows[0]!.version,
  };
}

/** How many reviews a database holds, by PostgreSQL's statistics, in how many segments. */
export async function countReviews(
  databaseUrl: string,
): Promise<{ reviews: number; segments: number }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ reviews: number; segments: number }>(`
    SELECT (SELECT sum(reltuples) FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE i.inhparent = 'reviews'::regclass) AS reviews,
           (SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'reviews'::regclass) AS segments`);
  await client.end();
  return rows[0]!;
}
