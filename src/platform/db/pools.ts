import { Pool, type PoolConfig } from 'pg';
import type { Logger } from '../telemetry/logger';
import type { Metric } from '../telemetry/metrics';
import { createReplicatedReads } from './read-replicas';
import type { Statement, TextDatabase } from './statement';
import { createTextConnections } from './text-connections';

interface Timeouts {
  /** The longest wait for a connection, and for a statement on it to end. */
  connectMs: number;
  statementMs: number;
}

const TIMEOUTS: Timeouts = { connectMs: 2_000, statementMs: 5_000 };
/** After this, a read goes to the primary instead. */
const REPLICA_TIMEOUTS: Timeouts = { connectMs: 1_000, statementMs: 1_000 };
const PROBE_TIMEOUTS: Timeouts = { connectMs: 500, statementMs: 500 };

/**
 * Every statement here follows indexes, whatever the statistics say. A table that was just seeded,
 * or is nearly empty, would lead the planner to scans and hashes that the connection then keeps.
 * Prepared statements use their generic plan: planning each execution anew costs half the speed.
 */
const INDEX_PLANS_ONLY = [
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
  ...INDEX_PLANS_ONLY,
  'enable_sort=off',
  'default_transaction_read_only=on',
  // A cursor holds a sort key as PostgreSQL's text, so that text must not depend on the server's
  // settings.
  'DateStyle=ISO',
  'TimeZone=UTC',
]);

/** Batches are sorted before they lock, so that two cannot deadlock. */
const WRITE_SESSION = sessionOptions(INDEX_PLANS_ONLY);

/**
 * For rows that can be derived again from others. Their commits do not wait for the disk, so
 * reviews do not wait behind them. A crash may undo the last of these transactions, whole, and
 * nothing else.
 */
export const DERIVED_SESSION = sessionOptions([...INDEX_PLANS_ONLY, 'synchronous_commit=off']);

export interface Pools {
  /** Reads of the primary that are not hot, in sessions set up by `READ_SESSION`. */
  reads: Pool;
  /** Batched reads of the primary, in `READ_SESSION` too, on connections of their own. */
  freshReads: TextDatabase;
  /** Public reads, which may be a second old: from replicas if there are any, else `freshReads`. */
  publicReads: TextDatabase;
  writes: Pool;
  /** Writes of derived rows, which a crash may undo (`DERIVED_SESSION`): one connection. */
  derivedWrites: TextDatabase;
  /** The pools that requests wait for, by their names in metrics. */
  named: Readonly<Record<string, Pool>>;
  replicaMetrics(): Metric[];
  /**
   * Opens each pool's first connection to the primary, so that no request waits for it. @throws
   * when one cannot be opened
   */
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

/**
 * Opens nothing yet: a pool connects when it is first used, and again after the server was
 * unreachable.
 */
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
      replicaMetrics: () => [],
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
  const replicaMetrics = publicReads.metrics;
  return {
    reads,
    freshReads,
    publicReads,
    writes,
    derivedWrites,
    named: { ...named, ...replicasNamed },
    replicaMetrics,
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
    // The server may vanish silently: the client then gives up a little after the server would
    // have.
    query_timeout: 1.2 * statementMs,
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // The server closed an idle connection: the pool drops it and opens another when one is needed.
  pool.on('error', (error) => logger.warn({ err: error }, 'lost an idle database connection'));
  // The server closed one in use: its statements fail, and their callers handle that. The client
  // also emits an event, which the pool hears only while the client is idle; unheard, it would end
  // the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
