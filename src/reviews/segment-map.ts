import { compareBounds, isWithin, type SegmentBounds } from './segment-bounds';

/** A segment as one transaction attached it. */
export interface AttachedSegment extends SegmentBounds {
  /** The name of its table, quoted, with its schema if that is needed. */
  table: string;
  oid: string;
  /** The transaction that attached it: the xmin of its row in `pg_inherits`. */
  attachedBy: string;
}

/**
 * The segments as this instance last read them from the catalog.
 *
 * The map may be old: a split or a load replaces segments while instances serve. So each statement
 * on a segment's own table checks that the segment is still the one of the map (`isAttached`). A
 * caller that finds that it is not calls `reload` and reads the parent table. Until the map is read
 * again, all statements go to the parent. The map reads the catalog at most once per second, and
 * never by itself. Failure: without a map, the parent answers everything.
 */
export interface SegmentMap {
  /** In the order of their keys; null: not known now. */
  segments(): readonly AttachedSegment[] | null;
  reload(): void;
}

const RELOAD_INTERVAL_MS = 1_000;

export function createSegmentMap(
  findSegments: () => Promise<AttachedSegment[]>,
  now: () => number,
): SegmentMap {
  let segments: AttachedSegment[] | null = null;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let isLoading = false;

  function current(): readonly AttachedSegment[] | null {
    if (!segments && !isLoading && now() - askedAtMs >= RELOAD_INTERVAL_MS) void load();
    return segments;
  }

  async function load(): Promise<void> {
    isLoading = true;
    askedAtMs = now();
    try {
      segments = (await findSegments()).sort(compareBounds);
    } catch {
      // the database does not answer; the statements that it fails say so
    } finally {
      isLoading = false;
    }
  }

  function reload(): void {
    segments = null;
  }

  return { segments: current, reload };
}

/** @param segments in the order of their keys. @returns undefined: none holds the product */
export function findSegment(
  segments: readonly AttachedSegment[],
  productId: string,
): AttachedSegment | undefined {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { from } = segments[middle]!;
    if (from === undefined || from <= productId) low = middle + 1;
    else high = middle;
  }
  const last = segments[low - 1]; // the last one that begins at the product or before it
  return last && isWithin(productId, last) ? last : undefined;
}

/**
 * SQL that is true while the segment is attached as the map says. The statement's snapshot, taken
 * after it has locked the table, decides. The name must still mean the same table, because a load
 * gives new segments the names of old ones.
 */
export function isAttached({ table, oid, attachedBy }: AttachedSegment): string {
  return `EXISTS (
    SELECT FROM pg_inherits
    WHERE inhrelid = ${oid} AND inhrelid = '${table.replaceAll("'", "''")}'::regclass
      AND inhparent = 'reviews'::regclass AND xmin = '${attachedBy}'::xid AND NOT inhdetachpending
  )`;
}
