import { queryOnce } from '../../../scripts/shared/single-query';

/** What PostgreSQL has counted since its start; the difference of two is what a load caused. */
export interface DatabaseStatistics {
  walBytes: number;
  /** Checkpoints that began because of their timer. */
  timedCheckpoints: number;
  /** Checkpoints that began because the log reached `max_wal_size`, or because a client asked. */
  requestedCheckpoints: number;
}

/** Of the whole server. */
export async function readDatabaseStatistics(databaseUrl: string): Promise<DatabaseStatistics> {
  const [row] = await queryOnce<Record<keyof DatabaseStatistics, string>>(
    databaseUrl,
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS "walBytes",
            num_timed AS "timedCheckpoints", num_requested AS "requestedCheckpoints"
     FROM pg_stat_checkpointer`,
  );
  return {
    walBytes: Number(row!.walBytes),
    timedCheckpoints: Number(row!.timedCheckpoints),
    requestedCheckpoints: Number(row!.requestedCheckpoints),
  };
}
