import type { Pool } from 'pg';
import { parseBounds } from './segment-bounds';
import type { AttachedSegment } from './segment-map';

/** PostgreSQL estimates these figures when it analyzes a segment. */
export interface SegmentFigures {
  segments: number;
  rows: number;
  rowsLargest: number;
  /** In the newest segment. */
  rowsNewest: number;
  /** Segments that PostgreSQL has never analyzed. Their rows are not in the counts. */
  unanalyzed: number;
}

/** Reads only the catalog and touches no segment. */
export async function findSegmentFigures(reads: Pool): Promise<SegmentFigures> {
  const { rows } = await reads.query<SegmentFigures>({
    name: 'find_segment_figures',
    text: `
      SELECT count(*)::integer AS segments,
             count(*) FILTER (WHERE reltuples < 0)::integer AS unanalyzed,
             coalesce(sum(greatest(reltuples, 0)), 0)::float8 AS rows,
             coalesce(max(greatest(reltuples, 0)), 0)::float8 AS "rowsLargest",
             coalesce((array_agg(greatest(reltuples, 0) ORDER BY oid DESC))[1], 0)::float8 AS "rowsNewest"
      FROM pg_inherits JOIN pg_class ON oid = inhrelid
      WHERE inhparent = 'reviews'::regclass`,
  });
  return rows[0]!;
}

/** Reads only the catalog. Leaves out a default partition, which has no bounds. */
export async function findAttachedSegments(reads: Pool): Promise<AttachedSegment[]> {
  const { rows } = await reads.query<Omit<AttachedSegment, 'from' | 'to'> & { bounds: string }>({
    name: 'find_attached_segments',
    text: `
      SELECT inhrelid::regclass::text AS table, inhrelid::text AS oid, i.xmin::text AS "attachedBy",
             pg_get_expr(relpartbound, c.oid) AS bounds
      FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = inhrelid
      WHERE inhparent = 'reviews'::regclass AND NOT inhdetachpending
        AND pg_get_expr(relpartbound, c.oid) <> 'DEFAULT'`,
  });
  return rows.map(({ bounds, ...segment }) => ({ ...segment, ...parseBounds(bounds) }));
}
