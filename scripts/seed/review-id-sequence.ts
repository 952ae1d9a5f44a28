import type { Client } from 'pg';

/**
 * How commands take review ids. No id is given out twice, whatever is replaced or imported: instances keep up to a thousand ids in
 * memory (review-writer.ts), which nobody but the sequence knows of. So the sequence only ever moves forward, and an id counts
 * as given out when the sequence has passed it, whether a review bears it or not (docs/decisions/0080).
 *
 * Each function works in the caller's transaction and keeps the sequence locked until it ends: instances that need ids wait, so
 * the caller should commit soon. If the transaction is rolled back, nothing was taken.
 */

/** Instances take ids in statements of their own; only a forgotten session could hold the sequence for longer. */
const LOCK_TIMEOUT = '10s';

/** Above this, ids that follow might be larger than a JavaScript number is exact. */
const KEPT_ID_MAX = 2 ** 52;

/** Takes `count` ids in a row. @returns the first of them */
export async function reserveReviewIds(client: Client, count: number): Promise<number> {
  const highest = await lockReviewIds(client);
  await passReviewId(client, highest + count);
  return highest + 1;
}

/** Takes the ids from `first` to `last` if none of them was ever given out. @returns whether it did */
export async function claimReviewIds(client: Client, first: number, last: number): Promise<boolean> {
  const highest = await lockReviewIds(client);
  if (first <= highest || last > KEPT_ID_MAX) return false;
  await passReviewId(client, last);
  return true;
}

/** Whether claimReviewIds would take them now. It locks nothing, so the answer may be old when it arrives. */
export async function areReviewIdsFree(client: Client, first: number, last: number): Promise<boolean> {
  return first > (await findHighestReviewId(client)) && last <= KEPT_ID_MAX;
}

/** A change of the sequence, even one that changes nothing, locks out nextval() until the transaction ends. */
async function lockReviewIds(client: Client): Promise<number> {
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query('ALTER SEQUENCE review_ids NO CYCLE');
  return findHighestReviewId(client);
}

/** The highest id that was ever given out; 0: none. Rows count too, should somebody have written some by hand. */
async function findHighestReviewId(client: Client): Promise<number> {
  const { rows } = await client.query<{ highest: string }>(
    `SELECT greatest(CASE WHEN is_called THEN last_value ELSE last_value - 1 END,
                     (SELECT max(review_id) FROM reviews)) AS highest
     FROM review_ids`,
  );
  return Number(rows[0]!.highest);
}

async function passReviewId(client: Client, id: number): Promise<void> {
  await client.query(`SELECT setval('review_ids', $1)`, [id]);
}
