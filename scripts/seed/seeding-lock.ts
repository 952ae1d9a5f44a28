import type { Client } from 'pg';
import { Refusal } from '../command/refusal';
import { LOADING_LOCK } from './segment-loader';

/** Held by the command that makes or replaces segments: one at a time in a database. */
const SEEDING_LOCK = 7_827_464_002;

/**
 * Held until the session ends. Then waits until the sessions of a seeder that was killed have
 * ended.
 *
 * @throws Refusal when another command holds it for more than five seconds
 */
export async function lockOutSeeders(client: Client): Promise<void> {
  await client.query(`SET lock_timeout = '5s'`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [SEEDING_LOCK]);
  } catch (error) {
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new Refusal('Another npm run seed is at work in this database; wait for it or stop it');
  }
  await client.query('SET lock_timeout = 0');
  await client.query('SELECT pg_advisory_lock($1), pg_advisory_unlock($1)', [LOADING_LOCK]);
}
