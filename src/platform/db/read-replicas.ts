import type { Pool } from 'pg';
import type { Logger } from '../telemetry/logger';
import { counter, gauge, type Metric } from '../telemetry/metrics';
import { isDatabaseUnavailable } from './pg-errors';
import type { TextDatabase } from './statement';
import { createWalHistory } from './wal-history';

/**
 * Spreads public reads over streaming replicas in turn. The primary answers when no replica can.
 *
 * A replica is used while it is known to show everything that the primary had `AGE_MAX_MS` ago
 * (wal-history.ts). The instance asks each server for its position every `PROBE_INTERVAL_MS`, on a
 * separate connection. Bound: an answer is at most `AGE_MAX_MS` older than the primary. Readers
 * who have just written must not see anything older (http/fresh-reads.ts): their reads go to the
 * primary. Failure: when a replica fails a read, or exceeds its pool's time limit, the primary
 * answers it, and the replica is left out until it answers a probe. When the primary has not
 * answered for `AGE_MAX_MS`, reads go to any replica that answers, however old: an older page is
 * better than none.
 */
export interface ReplicatedReads extends TextDatabase {
  metrics(): Metric[];
  close(): void;
}

export interface ReadReplica {
  /** Of its metrics. */
  name: string;
  /** For the log. */
  host: string;
  reads: TextDatabase;
  /** A connection of its own, so that a probe never waits behind reads. */
  probes: Pool;
}

export interface ReplicatedReadsDeps {
  primary: { reads: TextDatabase; probes: Pool };
  replicas: readonly ReadReplica[];
  logger: Logger;
  /** Monotonic milliseconds. */
  now(): number;
}

const PROBE_INTERVAL_MS = 200;
/** The read-your-writes cookie lives two seconds, and Nginx keeps an answer for one of them. */
const AGE_MAX_MS = 1_000;

const PRIMARY_POSITION = `SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn AS position`;
/** null: the server follows no primary now, whatever it once replayed. */
const REPLICA_POSITION = `
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn END AS position`;

interface WatchedReplica extends ReadReplica {
  /** Its last answer to a probe; null: it did not answer, or has failed a read since. */
  position: { replayed: bigint; answeredAtMs: number } | null;
  wasRead: boolean;
  failedReads: number;
}

export function createReplicatedReads({
  primary,
  replicas,
  logger,
  now,
}: ReplicatedReadsDeps): ReplicatedReads {
  const history = createWalHistory(2 * AGE_MAX_MS);
  const watched = replicas.map(
    (replica): WatchedReplica => ({ ...replica, position: null, wasRead: false, failedReads: 0 }),
  );
  let turn = 0;

  async function read<Rows>(ask: (reads: TextDatabase) => Promise<Rows>): Promise<Rows> {
    const replica = chooseReplica();
    if (!replica) return ask(primary.reads);
    try {
      return await ask(replica.reads);
    } catch (error) {
      replica.failedReads += 1;
      if (isDatabaseUnavailable(error)) setPosition(replica, null);
      return ask(primary.reads);
    }
  }

  function chooseReplica(): WatchedReplica | undefined {
    const readable = watched.filter(isReadable);
    turn = (turn + 1) % Math.max(readable.length, 1);
    return readable[turn];
  }

  function isReadable({ position }: WatchedReplica): boolean {
    if (!position) return false;
    const oldestMs = now() - AGE_MAX_MS;
    const isPrimarySilent = history.heardAtMs() < oldestMs;
    return (
      isPrimarySilent || history.shownAsOfMs(position.replayed, position.answeredAtMs) >= oldestMs
    );
  }

  async function probePrimary(): Promise<void> {
    const askedAtMs = now();
    const position = await askPosition(primary.probes, PRIMARY_POSITION);
    if (position !== null) history.note(position, askedAtMs);
  }

  async function probeReplica(replica: WatchedReplica): Promise<void> {
    const replayed = await askPosition(replica.probes, REPLICA_POSITION);
    setPosition(replica, replayed === null ? null : { replayed, answeredAtMs: now() });
  }

  function setPosition(replica: WatchedReplica, position: WatchedReplica['position']): void {
    replica.position = position;
    const isRead = isReadable(replica);
    if (isRead === replica.wasRead) return;
    replica.wasRead = isRead;
    if (isRead) logger.info({ replica: replica.host }, 'reading from a replica');
    else
      logger.warn(
        { replica: replica.host },
        'not reading from a replica: it does not answer, or is too far behind',
      );
  }

  function metrics(): Metric[] {
    return watched.flatMap((replica) => [
      gauge(
        'replica_read',
        'Whether reads go to the replica: 1 or 0',
        isReadable(replica) ? 1 : 0,
        {
          replica: replica.name,
        },
      ),
      counter(
        'replica_failed_reads_total',
        'Reads that the replica failed and the primary answered',
        replica.failedReads,
        {
          replica: replica.name,
        },
      ),
    ]);
  }

  const stops = [probePrimary, ...watched.map((replica) => () => probeReplica(replica))].map(
    repeat,
  );
  return {
    queryText: (statement, values) => read((reads) => reads.queryText(statement, values)),
    queryCommands: (commands) => read((reads) => reads.queryCommands(commands)),
    queryEncoded: (statement, values) => read((reads) => reads.queryEncoded(statement, values)),
    metrics,
    close: () => {
      for (const stop of stops) stop();
    },
  };
}

/** null: the server does not answer, or has no position. */
async function askPosition(probes: Pool, question: string): Promise<bigint | null> {
  try {
    const { rows } = await probes.query<{ position: string | null }>(question);
    const position = rows[0]?.position ?? null;
    return position === null ? null : BigInt(position);
  } catch {
    return null;
  }
}

/** Runs the task again an interval after it ended. @returns stops it */
function repeat(task: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const takeTurn = async () => {
    await task();
    if (!stopped) timer = setTimeout(takeTurn, PROBE_INTERVAL_MS).unref();
  };
  void takeTurn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
