import type { Pool } from 'pg';

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
