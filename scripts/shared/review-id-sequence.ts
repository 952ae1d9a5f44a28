import type { Client } from 'pg';

/**
 * How commands take review ids. No id is given out twice, whatever is replaced or imported:
 * instances keep up to a thousand ids in memory (review-writer.ts), which nobody but the sequence
 * knows of. So the sequence only ever moves forward, and an id counts as given out when the
 * sequence has passed it, whether a review bears it or not (docs/decisions/0090).
 *
 * Each function works in the caller's transaction and keeps the sequence locked until it ends:
 * instances that need ids wait, so the caller should commit soon. If the transaction is rolled
 * back, nothing was taken.
 */

/**
 * Instances take ids in statements of their own; only a forgotten session could hold the sequence
 * for longer.
 */
const LOCK_TIMEOUT = '10s';

/** Above this, ids that follow might be larger than a JavaScript number is exact. */
const KEPT_ID_MAX = 2 ** 52;

/** Takes `count` ids in a row. @returns the first of them */
export async function reserveReviewIds(client: Client, count: number): Promise<number> {
  await lockReviewIds(client);
  const first = Math.max(await findLastId(client), await findHighestRowId(client)) + 1;
  await passReviewId(client, first + count - 1);
  return first;
}

/**
 * Whether none of the ids from `first` to `last` was ever given out. It locks nothing:
 * claimReviewIds says whether that is still so when rows that bear these ids have been written.
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
 * A change of the sequence, even one that changes nothing, locks out nextval() until the
 * transaction ends.
 */
async function lockReviewIds(client: Client): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query('ALTER SEQUENCE review_ids NO CYCLE');
}

/** What the sequence gave out last; 0: nothing yet. */
async function findLastId(client: Client): Promise<number> {
  const { rows } = await client.query<{ last: string }>(
    'SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS last FROM review_ids',
  );
  return Number(rows[0]!.last);
}

/** Should somebody have written rows by hand. By the primary key, a step in each segment. */
async function findHighestRowId(client: Client): Promise<number> {
  const { rows } = await client.query<{ highest: string }>(
    'SELECT coalesce(max(review_id), 0) AS highest FROM reviews',
  );
  return Number(rows[0]!.highest);
}

async function passReviewId(client: Client, id: number): Promise<void> {
  await client.query(`SELECT setval('review_ids', $1)`, [id]);
}
