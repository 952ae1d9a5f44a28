import { type Client, escapeLiteral } from 'pg';
import type { SegmentBounds } from '../../src/reviews/segment-bounds';

/**
 * Creates segments beside `reviews` and attaches them. A segment gets its columns, constraints,
 * indexes and a check of its bounds before ATTACH, so ATTACH neither scans nor builds anything.
 */

export function segmentName(number: number): string {
  return `reviews_segment_${`${number}`.padStart(4, '0')}`;
}

const BOUNDS_CHECK = 'within_bounds';

/** @param table with its schema; it is empty and has no index yet */
export async function createDetachedSegment(
  client: Client,
  table: string,
  bounds: SegmentBounds,
): Promise<void> {
  await client.query(
    `CREATE TABLE ${table} (LIKE reviews INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED
       INCLUDING STORAGE INCLUDING COMPRESSION)`,
  );
  const conditions = ['product_id IS NOT NULL'];
  if (bounds.from !== undefined) conditions.push(`product_id >= ${escapeLiteral(bounds.from)}`);
  if (bounds.to !== undefined) conditions.push(`product_id < ${escapeLiteral(bounds.to)}`);
  await client.query(
    `ALTER TABLE ${table} ADD CONSTRAINT ${BOUNDS_CHECK} CHECK (${conditions.join(' AND ')})`,
  );
}

interface ParentIndex {
  /** CREATE INDEX … of the parent's index. */
  definition: string;
  /** PRIMARY KEY (…) or UNIQUE (…) if the index belongs to one. */
  constraint_definition: string | null;
}

/** Creates the indexes that `reviews` has; ATTACH adopts them. */
export async function createSegmentIndexes(client: Client, table: string): Promise<void> {
  const { rows } = await client.query<ParentIndex>(
    `SELECT pg_get_indexdef(i.indexrelid) AS definition, pg_get_constraintdef(c.oid) AS constraint_definition
     FROM pg_index AS i
     LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
     WHERE i.indrelid = 'reviews'::regclass
     ORDER BY i.indexrelid`,
  );
  for (const { definition, constraint_definition } of rows) {
    const using = definition.indexOf(' USING ');
    const unique = definition.startsWith('CREATE UNIQUE') ? 'UNIQUE ' : '';
    await client.query(
      constraint_definition === null
        ? `CREATE ${unique}INDEX ON ${table}${definition.slice(using)}`
        : `ALTER TABLE ${table} ADD ${constraint_definition}`,
    );
  }
}

/**
 * Moves the segment from `schema` to the schema of `reviews` and attaches it. Locks `reviews` for
 * some milliseconds.
 */
export async function attachDetachedSegment(
  client: Client,
  schema: string,
  name: string,
  { from, to }: SegmentBounds,
): Promise<void> {
  const lower = from === undefined ? 'MINVALUE' : escapeLiteral(from);
  const upper = to === undefined ? 'MAXVALUE' : escapeLiteral(to);
  await client.query(`ALTER TABLE ${schema}.${name} SET SCHEMA public`);
  await client.query(
    `ALTER TABLE reviews ATTACH PARTITION ${name} FOR VALUES FROM (${lower}) TO (${upper})`,
  );
  await client.query(`ALTER TABLE ${name} DROP CONSTRAINT ${BOUNDS_CHECK}`);
}
