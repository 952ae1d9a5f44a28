import { counter, gauge, type Metric } from './metrics';

/** Kept by a cache, in its own fields. */
export interface CacheStats {
  hits: number;
  misses: number;
  /** How many entries this instance holds; undefined: they are elsewhere. */
  entries?(): number;
  /** About how much memory they take; undefined: bounded by their number alone. */
  bytes?(): number;
}

/** @param caches by their name in the metrics */
export function cacheMetrics(caches: Readonly<Record<string, CacheStats>>): Metric[] {
  return Object.entries(caches).flatMap(([cache, { hits, misses, entries, bytes }]) => [
    counter('cache_hits_total', 'Found in the cache', hits, { cache }),
    counter('cache_misses_total', 'Looked up or made', misses, { cache }),
    ...(entries ? [gauge('cache_entries', 'Held by this instance', entries(), { cache })] : []),
    ...(bytes ? [gauge('cache_bytes', 'About how much memory they take', bytes(), { cache })] : []),
  ]);
}
