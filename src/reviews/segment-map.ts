import { compareBounds, isWithin, type SegmentBounds } from './segment-bounds';

/** A segment as one transaction attached it. */
export interface AttachedSegment extends SegmentBounds {
  /** The name of its table, quoted, with its schema if that is needed. */
  table: string;
  oid: number;
  /** The transaction that attached it: the xmin of its row in `pg_inherits`. */
  attachedBy: string;
}

/**
 * The segments as this instance last read them from the catalog.
 *
 * The map may be old: a split or a load replaces segments while instances serve. So a reader of
 * segments' own tables checks that they are still those of the map (segment-reads.ts). If they are
 * not, it calls `reload` and reads the parent table. Until the map is read again, all reads go to
 * the parent. The map reads the catalog at most once per second, and never by itself. Failure:
 * without a map, the parent answers everything.
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
  reportFailure: (error: unknown) => void,
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
    } catch (error) {
      reportFailure(error);
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
