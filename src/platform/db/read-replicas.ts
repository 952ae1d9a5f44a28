import type { Pool } from 'pg';
import type { Logger } from '../telemetry/logger';
import { counter, gauge, type Reading } from '../telemetry/readings';
import { isDatabaseUnavailable } from './pg-errors';
import type { TextDatabase } from './statement';
import { createWalHistory } from './wal-history';

/**
 * Public reads, spread over streaming replicas in turn; the primary answers what none of them can.
 *
 * A replica is read while it is known to show everything that the primary had `AGE_MAX_MS` ago (wal-history.ts). Every
 * server is asked for its position each `PROBE_INTERVAL_MS`, on a connection of its own.
 * Bound: what is read is at most `AGE_MAX_MS` older than the primary. Whoever may not see something that old (who has just
 * written: http/fresh-reads.ts) is read from the primary.
 * Failure: a read that a replica fails, or does not answer within its pool's time limit, is asked of the primary, and the
 * replica is left out until it answers a probe. While the primary is silent for `AGE_MAX_MS`, replicas that
 * answer are read however old: an older page is better than none.
 */
export interface ReplicatedReads extends TextDatabase {
  readings(): Reading[];
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
/** Less than the two seconds for which whoever has written is marked, less the second that Nginx keeps an answer. */
const AGE_MAX_MS = 1_000;

const PRIMARY_POSITION = `SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn AS position`;
/** null: a server that follows no primary, whatever it once replayed. */
const REPLICA_POSITION = `
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn END AS position`;

interface WatchedReplica extends ReadReplica {
  /** What it last said; null: it does not answer, or has failed a read since. */
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
    return isPrimarySilent || history.shownAsOfMs(position.replayed, position.answeredAtMs) >= oldestMs;
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
    else logger.warn({ replica: replica.host }, 'not reading from a replica: it is away, or too far behind');
  }

  function readings(): Reading[] {
    return watched.flatMap((replica) => [
      gauge('replica_read', 'Whether reads go to it: 1 or 0', isReadable(replica) ? 1 : 0, {
        replica: replica.name,
      }),
      counter(
        'replica_failed_reads_total',
        'Reads that it failed and the primary was asked',
        replica.failedReads,
        {
          replica: replica.name,
        },
      ),
    ]);
  }

  const stops = [probePrimary, ...watched.map((replica) => () => probeReplica(replica))].map(repeat);
  return {
    queryText: (statement, values) => read((reads) => reads.queryText(statement, values)),
    queryEncoded: (statement, values) => read((reads) => reads.queryEncoded(statement, values)),
    readings,
    close: () => {
      for (const stop of stops) stop();
    },
  };
}

/** null: it does not answer, or has no position to tell. */
async function askPosition(probes: Pool, question: string): Promise<bigint | null> {
  try {
    const { rows } = await probes.query<{ position: string | null }>(question);
    const position = rows[0]?.position ?? null;
    return position === null ? null : BigInt(position);
  } catch {
    return null;
  }
}

/** The next turn begins an interval after the one before it ended. */
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
