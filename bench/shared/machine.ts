import { cpus, loadavg, totalmem } from 'node:os';
import { queryOnce } from '../../scripts/shared/single-query';

/** What the figures were measured on, for the head of a result file. */
export type Facts = Record<string, string | number>;

/** This machine, and its load now. */
export async function describeMachine(): Promise<Facts> {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loadBefore: loadavg()[0]!.toFixed(1),
    node: process.version,
  };
}

/** The version of a PostgreSQL server, and the settings that change figures most. */
export async function describeServer(databaseUrl: string): Promise<Facts> {
  const [row] = await queryOnce<{ version: string; settings: string }>(
    databaseUrl,
    `SELECT current_setting('server_version') AS version,
            string_agg(name || ' ' || current_setting(name), ', ' ORDER BY name) AS settings
     FROM pg_settings
     WHERE name IN ('shared_buffers', 'max_wal_size', 'checkpoint_timeout', 'wal_compression', 'synchronous_commit')`,
  );
  return { postgres: row!.version, settings: row!.settings };
}

/** How many reviews a database holds, by PostgreSQL's statistics, in how many segments. */
export async function countReviews(
  databaseUrl: string,
): Promise<{ reviews: number; segments: number }> {
  const [row] = await queryOnce<{ reviews: number; segments: number }>(
    databaseUrl,
    `
    SELECT (SELECT sum(reltuples) FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE i.inhparent = 'reviews'::regclass) AS reviews,
           (SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'reviews'::regclass) AS segments`,
  );
  return row!;
}
