import { Pool, type PoolConfig } from 'pg';
import type { Logger } from '../telemetry/logger';

const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 5_000;

/**
 * Every statement here is a walk along indexes, whatever the statistics say: a table that was just seeded, or is still
 * nearly empty, must not talk the planner into scans and hashes that a connection then keeps. A prepared statement keeps
 * its generic plan: a custom one for each execution costs half the speed.
 */
const WALK_ALONG_INDEXES = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
];

function sessionOptions(settings: readonly string[]): string {
  return settings.map((setting) => `-c ${setting}`).join(' ');
}

export const READ_SESSION = sessionOptions([
  ...WALK_ALONG_INDEXES,
  'enable_sort=off',
  'default_transaction_read_only=on',
  // Sort keys come back in a cursor as the text that PostgreSQL gave.
  'DateStyle=ISO',
  'TimeZone=UTC',
]);

/** Batches are sorted before they lock, so that two cannot deadlock. */
const WRITE_SESSION = sessionOptions(WALK_ALONG_INDEXES);

export interface Pools {
  /** Batched reads, in sessions set up by `READ_SESSION`. */
  reads: Pool;
  writes: Pool;
  close(): Promise<void>;
}

export interface PoolsOptions {
  databaseUrl: string;
  readConnections: number;
  writeConnections: number;
  instance: string;
  logger: Logger;
}

/** Opens nothing yet: a pool connects when it is first used, and again after the server was away. */
export function createPools(options: PoolsOptions): Pools {
  const reads = createPool(options, {
    max: options.readConnections,
    options: READ_SESSION,
  });
  const writes = createPool(options, { max: options.writeConnections, options: WRITE_SESSION });
  const close = async () => {
    await Promise.all([reads.end(), writes.end()]);
  };
  return { reads, writes, close };
}

function createPool({ databaseUrl, instance, logger }: PoolsOptions, config: PoolConfig): Pool {
  const pool = new Pool({
    ...config,
    connectionString: databaseUrl,
    application_name: instance,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    // The server may vanish without a word: the client then gives up a little after the server would have.
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // An idle connection that the server closed: the pool drops it and opens another when one is needed.
  pool.on('error', (error) => logger.warn({ err: error }, 'lost an idle database connection'));
  return pool;
}
