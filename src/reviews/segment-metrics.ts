import { gauge, type Metric } from '../platform/telemetry/metrics';
import type { SegmentFigures } from './segment-repository';

const LIFETIME_MS = 60_000;

/**
 * The metrics of the segments. They change rarely, so the instance reads them at most once per
 * minute. After a failed read, the next request for metrics reads them again.
 */
export function createSegmentMetrics(
  findFigures: () => Promise<SegmentFigures>,
  now: () => number,
): () => Promise<Metric[]> {
  let asked: Promise<SegmentFigures> | undefined;
  let askedAt = 0;

  return async () => {
    if (!asked || now() - askedAt >= LIFETIME_MS) {
      askedAt = now();
      asked = findFigures();
    }
    try {
      return toMetrics(await asked);
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
}

function toMetrics({
  segments,
  rows,
  rowsLargest,
  rowsNewest,
  unanalyzed,
}: SegmentFigures): Metric[] {
  return [
    gauge('segments', 'Segments of the reviews', segments),
    gauge('segment_rows', 'Reviews in all segments, estimated', rows),
    gauge('segment_rows_largest', 'Reviews in the fullest segment, estimated', rowsLargest),
    gauge('segment_rows_newest', 'Reviews in the segment made last, estimated', rowsNewest),
    gauge('segments_unanalyzed', 'Segments that were never analyzed', unanalyzed),
  ];
}
