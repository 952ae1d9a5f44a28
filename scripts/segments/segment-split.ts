import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { isWithin, type SegmentBounds } from '../../src/reviews/segment-bounds';
import { UserError } from '../command/user-error';
import {
  attachDetachedSegment,
  createDetachedSegment,
  createSegmentIndexes,
  segmentName,
} from './detached-segment';
import { listSegments, type Segment } from './segment-list';

/**
 * Splits a segment while instances read and write it.
 *
 * 1. A trigger on the segment records the key of every row that is written from now on
 *    (`splitting.changed`).
 * 2. One snapshot of the segment is copied into new tables, which get their indexes. Nobody waits
 *    for this.
 * 3. The rows recorded meanwhile are copied again, in rounds, until few are left.
 * 4. `reviews` is locked, the last rows are copied, and the new tables take the segment's place.
 *    Statements wait for these milliseconds. If the lock does not come within a second, the split
 *    gives it up, lets the statements behind it pass, and goes back to 3.
 *
 * If it is killed at any moment, the segment stays as it was. The next run drops the schema
 * `splitting`, which may be left. A REPEATABLE READ transaction that begins before 4 and first
 * reads the segment after it would find the new tables empty; Starling has no such transaction.
 */
export async function splitSegment(
  client: Client,
  segment: Segment,
  parts: number,
): Promise<Segment[]> {
  const keys = await findCuts(client, segment, parts);
  const pieces = await namePieces(client, segment, keys);
  await client.query(`DROP SCHEMA IF EXISTS ${SPLITTING} CASCADE`); // what a killed split left, with its trigger
  await retryLocks(() => noteChanges(client, segment));
  await copyPieces(client, segment, pieces);
  await retryLocks(async () => {
    while ((await copyChanges(client, segment, pieces)) > CHANGES_LEFT_MAX) {}
    await swap(client, segment, pieces);
  });
  await client.query('ANALYZE ONLY reviews');
  const names = new Set(pieces.map(({ name }) => name));
  return (await listSegments(client)).filter(({ name }) => names.has(name));
}

interface Piece extends SegmentBounds {
  name: string;
}

const SPLITTING = 'splitting';
/** Rows that may be left for step 4, when everybody waits: about ten rows per millisecond. */
const CHANGES_LEFT_MAX = 500;
const LOCK_TIMEOUT_MS = 1_000;
const LOCK_TRIES = 60;

/**
 * The first keys of all pieces but the first.
 *
 * @throws UserError when the segment holds only one product
 */
async function findCuts(client: Client, segment: Segment, parts: number): Promise<string[]> {
  const fractions = Array.from({ length: parts - 1 }, (_, i) => (i + 1) / parts);
  const { rows } = await client.query<{ cuts: string[] | null; first: string | null }>(
    `SELECT percentile_disc($1::float8[]) WITHIN GROUP (ORDER BY product_id) AS cuts, min(product_id) AS first
     FROM ${segment.name}`,
    [fractions],
  );
  const { cuts, first } = rows[0]!;
  const found = new Set((cuts ?? []).filter((key) => key !== first && key !== segment.from));
  if (found.size > 0) return [...found];
  const { rows: second } = await client.query<{ key: string | null }>(
    `SELECT min(product_id) AS key FROM ${segment.name} WHERE product_id > $1`,
    [first],
  );
  if (second[0]!.key === null)
    throw new UserError(`${segment.name} holds one product or none; it cannot be split`);
  return [second[0]!.key];
}

async function namePieces(client: Client, segment: Segment, keys: string[]): Promise<Piece[]> {
  const { rows } = await client.query<{ last: number }>(
    `SELECT coalesce(max(substring(relname FROM '^reviews_segment_(\\d+)$')::integer), 0) AS last
     FROM pg_class WHERE relkind = 'r'`,
  );
  return [segment.from, ...keys].map((from, i) => ({
    name: segmentName(rows[0]!.last + 1 + i),
    from,
    to: keys[i] ?? segment.to,
  }));
}

/** Creating the trigger waits for the writers under way; it records those that come later. */
async function noteChanges(client: Client, segment: Segment): Promise<void> {
  await inTransaction(client, 'READ COMMITTED', async () => {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(`
      CREATE SCHEMA ${SPLITTING};
      CREATE TABLE ${SPLITTING}.changed (review_id bigint NOT NULL, product_id text COLLATE "C" NOT NULL);
      CREATE FUNCTION ${SPLITTING}.note_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        IF TG_OP <> 'INSERT' THEN
          INSERT INTO ${SPLITTING}.changed VALUES (OLD.review_id, OLD.product_id);
        END IF;
        IF TG_OP <> 'DELETE' THEN
          INSERT INTO ${SPLITTING}.changed VALUES (NEW.review_id, NEW.product_id);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON ${segment.name}
        FOR EACH ROW EXECUTE FUNCTION ${SPLITTING}.note_change()`);
  });
}

/**
 * In one snapshot, taken after the trigger exists: the trigger has recorded every row that is not
 * in it.
 */
async function copyPieces(client: Client, segment: Segment, pieces: Piece[]): Promise<void> {
  const columns = await listColumns(client);
  await inTransaction(client, 'REPEATABLE READ', async () => {
    for (const piece of pieces) {
      const table = `${SPLITTING}.${piece.name}`;
      await createDetachedSegment(client, table, piece);
      await client.query(
        `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${segment.name}
         WHERE ($1::text IS NULL OR product_id >= $1) AND ($2::text IS NULL OR product_id < $2)
         ORDER BY product_id, review_id`,
        [piece.from ?? null, piece.to ?? null],
      );
      await createSegmentIndexes(client, table);
      await client.query(`ANALYZE ${table}`);
    }
  });
}

/** @returns the number of recorded changes */
async function copyChanges(client: Client, segment: Segment, pieces: Piece[]): Promise<number> {
  return inTransaction(client, 'READ COMMITTED', () => applyChanges(client, segment, pieces));
}

/**
 * Copies the recorded rows as they are now. If a row changes again between the statements, the
 * trigger records it again and the next round copies it.
 */
async function applyChanges(client: Client, segment: Segment, pieces: Piece[]): Promise<number> {
  const columns = await listColumns(client);
  const { rows } = await client.query<{ review_id: string; product_id: string }>(
    `DELETE FROM ${SPLITTING}.changed RETURNING review_id, product_id`,
  );
  for (const piece of pieces) {
    const changed = rows.filter(({ product_id }) => isWithin(product_id, piece));
    if (changed.length === 0) continue;
    const keys = [changed.map((row) => row.review_id), changed.map((row) => row.product_id)];
    await client.query(
      `DELETE FROM ${SPLITTING}.${piece.name} AS piece USING unnest($1::bigint[], $2::text[]) AS k (review_id, product_id)
       WHERE piece.review_id = k.review_id AND piece.product_id = k.product_id`,
      keys,
    );
    await client.query(
      `INSERT INTO ${SPLITTING}.${piece.name} (${columns}) SELECT ${columns} FROM ${segment.name}
       WHERE (review_id, product_id) IN (SELECT * FROM unnest($1::bigint[], $2::text[]))`,
      keys,
    );
  }
  return rows.length;
}

/** The only step for which readers and writers wait. */
async function swap(client: Client, segment: Segment, pieces: Piece[]): Promise<void> {
  await inTransaction(client, 'READ COMMITTED', async () => {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query('LOCK TABLE reviews IN ACCESS EXCLUSIVE MODE'); // with all its segments
    await applyChanges(client, segment, pieces);
    await client.query(`DROP TABLE ${segment.name}`);
    for (const piece of pieces) await attachDetachedSegment(client, SPLITTING, piece.name, piece);
    await client.query(`DROP SCHEMA ${SPLITTING} CASCADE`);
  });
}

/** All columns that hold written values; PostgreSQL computes generated ones again. */
async function listColumns(client: Client): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = 'reviews'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
  );
  return rows[0]!.columns;
}

async function inTransaction<T>(
  client: Client,
  isolation: 'READ COMMITTED' | 'REPEATABLE READ',
  work: () => Promise<T>,
): Promise<T> {
  await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}); // the connection may be what failed
    throw error;
  }
}

/** Gives up a lock that does not come in time, so that nobody queues behind it, and tries again. */
async function retryLocks(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== '55P03' && code !== '40P01') throw error;
      if (tries === LOCK_TRIES)
        throw new UserError('A long transaction keeps reviews locked; try again when it has ended');
      await sleep(200 * Math.random());
    }
  }
}
