import type { Client } from 'pg';
import { UserError } from '../command/user-error';

/**
 * The schema in which a load builds its segments until it attaches them. Its comment is the record
 * of the load (seed/load-record.ts).
 */
export const LOADING_SCHEMA = 'seeding';

/** Held by the command that creates, replaces or splits segments: one at a time per database. */
const SEEDING_LOCK = 7_827_464_002;

/**
 * Every session that loads rows holds this one shared. A command that continues a load waits for
 * the sessions of the last one.
 */
export const LOADING_LOCK = 7_827_464_003;

/**
 * Takes the lock until the session ends, then waits until the sessions of a killed seeder have
 * ended.
 *
 * @throws UserError when another command holds it for more than five seconds
 */
export async function lockOutSeeders(client: Client): Promise<void> {
  await client.query(`SET lock_timeout = '5s'`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [SEEDING_LOCK]);
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new UserError('Another npm run seed is at work in this database; wait for it or stop it');
  }
  await client.query('SET lock_timeout = 0');
  await client.query('SELECT pg_advisory_lock($1), pg_advisory_unlock($1)', [LOADING_LOCK]);
}
