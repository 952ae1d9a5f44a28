import type { Client } from 'pg';

/**
 * Marks the rows that a command wrote as visible to all transactions, now and later (VACUUM FREEZE).
 *
 * Otherwise the first read of each block notes in it that its rows were committed. With checksums
 * PostgreSQL then writes the block to the log: a read of a page that was stored before the last
 * checkpoint writes 2.8 kB. VACUUM skips what is marked already, so on a table that only grew it
 * costs what the new rows cost. It waits only for another VACUUM, leaves indexes to autovacuum and
 * never locks readers out.
 *
 * @param option ANALYZE: gathers statistics too; SKIP_LOCKED: does nothing while another session
 *   works on the table
 */
export async function freezeRows(
  client: Client,
  tables: readonly string[],
  option: 'ANALYZE' | 'SKIP_LOCKED',
): Promise<void> {
  // VACUUM leaves out the rows of a transaction while its commit, or that of one with a number near
  // it, is not on the disk. With `synchronous_commit=off` such transactions exist. The message waits
  // for the disk, and so for everything before it; the setting is for VACUUM's own commits.
  await client.query('SET synchronous_commit = on');
  try {
    await client.query(`SELECT pg_logical_emit_message(false, 'starling', '', true)`);
    await client.query(
      `VACUUM (FREEZE, INDEX_CLEANUP OFF, TRUNCATE OFF, ${option}) ${tables.join(', ')}`,
    );
  } finally {
    await client.query('RESET synchronous_commit').catch(() => {}); // the connection may be what failed
  }
}
