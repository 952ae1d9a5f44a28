import { Pool, type PoolConfig } from 'pg';
import type { Logger } from '../telemetry/logger';
import type { Reading } from '../telemetry/readings';
import { createReplicatedReads } from './read-replicas';
import type { Statement, TextDatabase } from './statement';
import { createTextConnections } from './text-connections';

interface Timeouts {
  /** Until there is a connection, and until a statement on it has ended. */
  connectMs: number;
  statementMs: number;
}

const TIMEOUTS: Timeouts = { connectMs: 2_000, statementMs: 5_000 };
/** What a replica does not answer by then, the primary is asked. */
const REPLICA_TIMEOUTS: Timeouts = { connectMs: 1_000, statementMs: 1_000 };
const PROBE_TIMEOUTS: Timeouts = { connectMs: 500, statementMs: 500 };

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

/**
 * For rows that can be made again from others. Their commits wait for no disk, and reviews are not kept waiting behind them: a crash
 * may undo the last of them, whole, and nothing else.
 */
export const DERIVED_SESSION = sessionOptions([...WALK_ALONG_INDEXES, 'synchronous_commit=off']);

export interface Pools {
  /** Reads of the primary that are not hot, in sessions set up by `READ_SESSION`. */
  reads: Pool;
  /** Batched reads of the primary, in such sessions too, on connections of their own. */
  freshReads: TextDatabase;
  /** Public reads, which may be a second old: from replicas where there are any, else the same as `freshReads`. */
  publicReads: TextDatabase;
  writes: Pool;
  /** Writes of what a crash may undo, as it can be made again from the rest (`DERIVED_SESSION`): one connection. */
  derivedWrites: TextDatabase;
  /** Those that requests wait for, by the name that their metrics have. */
  named: Readonly<Record<string, Pool>>;
  readReplicas(): Reading[];
  /** Opens the first connection of each to the primary, so that no request has to wait for it. @throws when there is none to be had */
  connect(): Promise<void>;
  close(): Promise<void>;
}

export interface PoolsOptions {
  databaseUrl: string;
  /** Streaming replicas of it, one URL a server. */
  replicaUrls: readonly string[];
  readConnections: number;
  writeConnections: number;
  instance: string;
  logger: Logger;
}

const NOTHING: Statement = { name: 'nothing', text: 'SELECT 1' };

/** Opens nothing yet: a pool connects when it is first used, and again after the server was away. */
export function createPools(options: PoolsOptions): Pools {
  const { databaseUrl, replicaUrls, readConnections, writeConnections } = options;
  const readSession: PoolConfig = { max: readConnections, options: READ_SESSION };
  const reads = createPool(options, databaseUrl, TIMEOUTS, readSession);
  const writes = createPool(options, databaseUrl, TIMEOUTS, {
    max: writeConnections,
    options: WRITE_SESSION,
  });
  const derived = createPool(options, databaseUrl, TIMEOUTS, { max: 1, options: DERIVED_SESSION });
  const derivedWrites = createTextConnections(derived);
  const hotReads = createPool(options, databaseUrl, TIMEOUTS, readSession);
  const freshReads = createTextConnections(hotReads);
  const connect = async () => {
    await Promise.all([
      ...[reads, writes].map((pool) => pool.query('SELECT 1')),
      ...[derivedWrites, freshReads].map((connections) => connections.queryText(NOTHING, [])),
    ]);
  };
  const opened = [reads, writes, derived, hotReads];
  const named = { reads, hot_reads: hotReads, writes, derived_writes: derived };
  if (replicaUrls.length === 0) {
    const close = async () => {
      freshReads.close();
      derivedWrites.close();
      await endAll(opened);
    };
    return {
      reads,
      freshReads,
      publicReads: freshReads,
      writes,
      derivedWrites,
      named,
      readReplicas: () => [],
      connect,
      close,
    };
  }

  const probes = (url: string) => createPool(options, url, PROBE_TIMEOUTS, { max: 1 });
  const primary = { reads: freshReads, probes: probes(databaseUrl) };
  const replicas = replicaUrls.map((url, index) => {
    const pool = createPool(options, url, REPLICA_TIMEOUTS, readSession);
    return {
      name: `replica-${index + 1}`,
      host: new URL(url).host,
      pool,
      reads: createTextConnections(pool),
      probes: probes(url),
    };
  });
  opened.push(primary.probes, ...replicas.flatMap((replica) => [replica.pool, replica.probes]));
  const publicReads = createReplicatedReads({
    primary,
    replicas,
    logger: options.logger,
    now: () => performance.now(),
  });
  const close = async () => {
    publicReads.close();
    derivedWrites.close();
    for (const { reads: each } of [primary, ...replicas]) each.close();
    await endAll(opened);
  };
  const replicasNamed = Object.fromEntries(replicas.map(({ name, pool }) => [name, pool]));
  const readReplicas = publicReads.readings;
  return {
    reads,
    freshReads,
    publicReads,
    writes,
    derivedWrites,
    named: { ...named, ...replicasNamed },
    readReplicas,
    connect,
    close,
  };
}

async function endAll(pools: readonly Pool[]): Promise<void> {
  await Promise.all(pools.map((pool) => pool.end()));
}

function createPool(
  { instance, logger }: PoolsOptions,
  databaseUrl: string,
  { connectMs, statementMs }: Timeouts,
  config: PoolConfig,
): Pool {
  const pool = new Pool({
    ...config,
    connectionString: databaseUrl,
    application_name: instance,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    // The server may vanish without a word: the client then gives up a little after the server would have.
    query_timeout: 1.2 * statementMs,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // An idle connection that the server closed: the pool drops it and opens another when one is needed.
  pool.on('error', (error) => logger.warn({ err: error }, 'lost an idle database connection'));
  // One in use: its statements fail, and that is answered where they were asked. But the client says it once more as an event,
  // which the pool listens to only while the client is idle, and an `error` event that nobody listens to ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
