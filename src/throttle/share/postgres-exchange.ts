import { Pool } from 'pg';
import type { Logger } from '../../platform/telemetry/logger';
import { type ReportStore, SWAP_TIMEOUT_MS } from './spending-exchange';
import { MEMBER_TTL_MS } from './spending-report';

const FORGOTTEN_MS = 60_000;

/**
 * One statement: leaves the report, reads those of the others, and clears away members that are
 * long gone.
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
 * As the migration made it. If somebody drops the table, the exchange loses a few seconds and goes
 * on.
 */
const CREATE = `
  CREATE UNLOGGED TABLE IF NOT EXISTS throttle_reports (
    member text PRIMARY KEY, reported_at timestamptz NOT NULL, report text NOT NULL
  ) WITH (fillfactor = 50)`;
const UNDEFINED_TABLE = '42P01';

/**
 * The reports in the database that is there anyway: an unlogged table, so nothing is written ahead
 * and no commit waits for a disk. On a connection of its own: a slow swap is never in the way of a
 * review, nor the other way round.
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
          if (error.code === UNDEFINED_TABLE) await pool.query(CREATE); // for the next swap
          throw error;
        });
      return rows.map((row) => ({ member: row.member, ageMs: row.age_ms, report: row.report }));
    },
    close: () => pool.end(),
  };
}
