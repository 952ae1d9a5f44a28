import type { Client } from 'pg';

/**
 * How commands take review ids. Starling never gives out an id twice, whatever a command replaces
 * or imports. Instances keep up to a thousand ids in memory (review-writer.ts), and only the
 * sequence knows of them. So the sequence only moves forward, and every id that it has passed
 * counts as given out, whether a review has it or not (docs/decisions/0090).
 *
 * Each function works in the caller's transaction and locks the sequence until it ends. Instances
 * that need ids wait, so commit soon. A rollback takes nothing.
 */

/**
 * Instances take ids in single statements, so only a forgotten session holds the sequence for
 * longer.
 */
const LOCK_TIMEOUT = '10s';

/** Above this, later ids might exceed the integers that a JavaScript number holds exactly. */
const KEPT_ID_MAX = 2 ** 52;

/** Takes `count` ids in a row. @returns the first of them */
export async function reserveReviewIds(client: Client, count: number): Promise<number> {
  await lockReviewIds(client);
  const first = Math.max(await findLastId(client), await findHighestRowId(client)) + 1;
  await passReviewId(client, first + count - 1);
  return first;
}

/**
 * Whether none of the ids from `first` to `last` was ever given out. It locks nothing, so call
 * claimReviewIds after the rows with these ids are written: it says whether that is still so.
 */
export async function areReviewIdsFree(
  client: Client,
  first: number,
  last: number,
): Promise<boolean> {
  const highest = Math.max(await findLastId(client), await findHighestRowId(client));
  return first > highest && last <= KEPT_ID_MAX;
}

/**
 * Takes the ids from `first` to `last` if the sequence has not passed any of them. @returns whether
 * it did
 */
export async function claimReviewIds(
  client: Client,
  first: number,
  last: number,
): Promise<boolean> {
  await lockReviewIds(client);
  if (first <= (await findLastId(client))) return false;
  await passReviewId(client, last);
  return true;
}

/**
 * Altering the sequence locks out nextval() until the transaction ends, even if it changes nothing.
 */
async function lockReviewIds(client: Client): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query('ALTER SEQUENCE review_ids NO CYCLE');
}

/** The last id that the sequence gave out; 0: none yet. */
async function findLastId(client: Client): Promise<number> {
  const { rows } = await client.query<{ last: string }>(
    'SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS last FROM review_ids',
  );
  return Number(rows[0]!.last);
}

/** For rows that a user wrote by hand. Uses the primary key: one step per segment. */
async function findHighestRowId(client: Client): Promise<number> {
  const { rows } = await client.query<{ highest: string }>(
    'SELECT coalesce(max(review_id), 0) AS highest FROM reviews',
  );
  return Number(rows[0]!.highest);
}

async function passReviewId(client: Client, id: number): Promise<void> {
  await client.query(`SELECT setval('review_ids', $1)`, [id]);
}
