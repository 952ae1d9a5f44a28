import { Pool } from 'pg';
import type { Logger } from '../../platform/telemetry/logger';
import { type ReportStore, SWAP_TIMEOUT_MS } from './spending-exchange';
import { MEMBER_TTL_MS } from './spending-report';

const FORGOTTEN_MS = 60_000;

/**
 * In one statement: writes this member's report, reads those of the others, and deletes members
 * that have not reported for a minute.
 */
const SWAP = {
  name: 'throttle-swap',
  text: `
    WITH mine AS (
      INSERT INTO throttle_reports (member, reported_at, report) VALUES ($1, clock_timestamp(), $2)
      ON CONFLICT (member) DO UPDATE SET reported_at = excluded.reported_at, report = excluded.report
    ), gone AS (
      DELETE FROM throttle_reports
      WHERE member <> $1 AND reported_at < clock_timestamp() - make_interval(secs => ${FORGOTTEN_MS / 1_000})
    )
    SELECT member, extract(epoch FROM clock_timestamp() - reported_at)::float8 * 1000 AS age_ms, report
    FROM throttle_reports
    WHERE member <> $1 AND reported_at > clock_timestamp() - make_interval(secs => ${MEMBER_TTL_MS / 1_000})`,
};

/**
 * The same table as the migration creates. If somebody drops it, the next exchange fails and
 * creates it again, so only a few seconds of exchange are lost.
 */
const CREATE = `
  CREATE UNLOGGED TABLE IF NOT EXISTS throttle_reports (
    member text PRIMARY KEY, reported_at timestamptz NOT NULL, report text NOT NULL
  ) WITH (fillfactor = 50)`;
const UNDEFINED_TABLE = '42P01';

/**
 * Keeps the reports in the service's own database. The table is unlogged, so PostgreSQL writes no
 * log for it and no commit waits for a disk. The store has one connection of its own, so a slow
 * exchange does not delay reviews, and reviews do not delay the exchange.
 */
export function createPostgresExchange(
  databaseUrl: string,
  instance: string,
  logger: Logger,
): ReportStore {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: `${instance} throttle`,
    max: 1,
    connectionTimeoutMillis: SWAP_TIMEOUT_MS,
    statement_timeout: SWAP_TIMEOUT_MS,
    query_timeout: SWAP_TIMEOUT_MS,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  pool.on('error', (error) =>
    logger.debug({ err: error }, 'lost the throttle exchange connection'),
  );

  return {
    name: 'postgres',
    intervalMs: 250,
    async swap(member, report) {
      const { rows } = await pool
        .query<{ member: string; age_ms: number; report: string }>({
          ...SWAP,
          values: [member, report],
        })
        .catch(async (error: { code?: string }) => {
          if (error.code === UNDEFINED_TABLE) await pool.query(CREATE); // for the next exchange
          throw error;
        });
      return rows.map((row) => ({ member: row.member, ageMs: row.age_ms, report: row.report }));
    },
    close: () => pool.end(),
  };
}
