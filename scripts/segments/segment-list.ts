import type { Client } from 'pg';
import type { SegmentBounds } from './detached-segment';

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
  return segments.sort((a, b) => compareKeys(a.from, b.from));
}

async function countRows(client: Client, segment: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) AS count FROM ${segment}`,
  );
  return Number(rows[0]!.count);
}

/** FOR VALUES FROM ('123') TO (MAXVALUE); keys hold neither quotes nor brackets. */
function parseBounds(expression: string): SegmentBounds {
  const match = /^FOR VALUES FROM \((.*)\) TO \((.*)\)$/.exec(expression);
  if (!match) throw new Error(`A segment has bounds of an unknown form: ${expression}`);
  const key = (text: string) => (/^'.*'$/.test(text) ? text.slice(1, -1) : undefined);
  return { from: key(match[1]!), to: key(match[2]!) };
}

/** In byte order, the open bound first. Keys are ASCII. */
function compareKeys(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  return a < b ? -1 : 1;
}
