import type { Client } from 'pg';

/**
 * Marks the rows that a command wrote as visible to all transactions, now and later (VACUUM FREEZE).
 *
 * Otherwise the first read of each page of a table notes in the page that the rows were committed.
 * With checksums PostgreSQL then writes the page to the log: a read of a page that was stored before
 * the last checkpoint writes several kilobytes. VACUUM skips what is marked already, so on a table
 * that only grew it costs what the new rows cost. It waits for nobody but another VACUUM, leaves
 * indexes to autovacuum and never locks readers out.
 *
 * @param option ANALYZE: gathers statistics too; SKIP_LOCKED: does nothing while another session
 *   works on the table
 */
export async function freezeRows(
  client: Client,
  tables: readonly string[],
  option: 'ANALYZE' | 'SKIP_LOCKED',
): Promise<void> {
  await flushLog(client);
  await client.query(
    `VACUUM (FREEZE, INDEX_CLEANUP OFF, TRUNCATE OFF, ${option}) ${tables.join(', ')}`,
  );
}

/**
 * VACUUM leaves out rows whose commit is not on the disk yet. With `synchronous_commit=off` those of
 * the last moments are not. This message waits for the disk, and so for everything before it.
 */
async function flushLog(client: Client): Promise<void> {
  await client.query(`SELECT pg_logical_emit_message(false, 'starling', '', true)`);
}
