import type { Client } from 'pg';
import { compareBounds, parseBounds, type SegmentBounds } from '../../src/reviews/segment-bounds';

export interface Segment extends SegmentBounds {
  name: string;
  /** As of the last ANALYZE; counted if there was none. */
  rows: number;
  bytes: number;
  indexBytes: number;
}

/** All segments in the order of their keys. */
export async function listSegments(client: Client): Promise<Segment[]> {
  const { rows } = await client.query<{
    name: string;
    bounds: string;
    rows: number;
    bytes: string;
    index_bytes: string;
  }>(
    `SELECT relname AS name, pg_get_expr(relpartbound, oid) AS bounds, reltuples AS rows,
            pg_table_size(oid)::text AS bytes, pg_indexes_size(oid)::text AS index_bytes
     FROM pg_inherits JOIN pg_class ON oid = inhrelid
     WHERE inhparent = 'reviews'::regclass`,
  );
  const segments: Segment[] = [];
  for (const row of rows) {
    segments.push({
      name: row.name,
      ...parseBounds(row.bounds),
      rows: row.rows < 0 ? await countRows(client, row.name) : row.rows,
      bytes: Number(row.bytes),
      indexBytes: Number(row.index_bytes),
    });
  }
  return segments.sort(compareBounds);
}

async function countRows(client: Client, segment: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) AS count FROM ${segment}`,
  );
  return Number(rows[0]!.count);
}
