import { Client } from 'pg';
import { isPostgresUrl } from '../../src/platform/config';
import { failureReason } from '../../src/platform/db/pg-errors';
import { UserError } from '../command/user-error';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Checks that the server of DATABASE_URL can be used.
 *
 * @throws UserError of one line, without the password
 */
export async function requireDatabase(databaseUrl: string): Promise<void> {
  if (!isPostgresUrl(databaseUrl))
    throw new UserError(
      'DATABASE_URL must be a URL like postgres://user:password@host:5432/database',
    );
  const { host } = new URL(databaseUrl);
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {}); // connect reports it
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    // pg's message names only a step of the protocol.
    const reason = /password must be a/.test(`${error}`)
      ? 'it asks for a password, and the URL has none'
      : failureReason(error);
    throw new UserError(`DATABASE_URL: the server at ${host} cannot be used: ${reason}`);
  }
}
