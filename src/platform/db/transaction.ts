import type { Pool, PoolClient } from 'pg';
import type { Command, TextRow } from './statement';
import { sendText } from './text-query';

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, async (client) => {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  });
}

const BEGIN: Command = { statement: { name: 'begin', text: 'BEGIN' }, values: [] };
const COMMIT: Command = { statement: { name: 'commit', text: 'COMMIT' }, values: [] };

/**
 * A transaction of two round trips instead of four: `first` goes with BEGIN, what follows from its rows with COMMIT.
 * @returns the rows of `first`
 */
export function inTwoTrips(
  pool: Pool,
  first: Command,
  following: (rows: TextRow[]) => Command[],
): Promise<TextRow[]> {
  return withClient(pool, async (client) => {
    const rows = await sendText(client, [BEGIN, first]);
    await sendText(client, [...following(rows), COMMIT]);
    return rows;
  });
}

/** A client on which `work` leaves no transaction open. */
async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure; // the connection is gone: take it out of the pool
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
