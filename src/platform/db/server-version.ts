import type { ClientBase } from 'pg';

/** The version on which the plans are tested (test/db/plans.test.ts). Older ones may plan otherwise. */
const OLDEST_MAJOR = 18;

/** @throws an Error of one line when the server is older than `oldestMajor` */
export async function requireServerVersion(
  client: ClientBase,
  oldestMajor = OLDEST_MAJOR,
): Promise<void> {
  const { rows } = await client.query<{ number: string; version: string }>(
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version`,
  );
  const { number, version } = rows[0]!;
  if (Math.floor(Number(number) / 10_000) >= oldestMajor) return;
  throw new Error(`The database is PostgreSQL ${version}; expected ${oldestMajor} or newer`);
}
