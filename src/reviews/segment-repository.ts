import type { Pool } from 'pg';

/** By PostgreSQL's estimates, made when a segment is analyzed. */
export interface SegmentFigures {
  segments: number;
  rows: number;
  rowsLargest: number;
  /** In the segment that was made last. */
  rowsNewest: number;
  /** Segments that were never analyzed: no rows of theirs are counted. */
  unanalyzed: number;
}

/** From the catalog alone: it touches no segment. */
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
