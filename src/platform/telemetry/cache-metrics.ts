import { counter, gauge, type Metric } from './metrics';

/** The counts of one cache, which the cache updates. */
export interface CacheStats {
  hits: number;
  misses: number;
  /** How many entries this instance holds; undefined: the entries are not in this process. */
  entries?(): number;
  /** Roughly how many bytes they take; undefined: only their number is bounded. */
  bytes?(): number;
}

/** @param caches by the value of the metrics' label `cache` */
export function cacheMetrics(caches: Readonly<Record<string, CacheStats>>): Metric[] {
  return Object.entries(caches).flatMap(([cache, { hits, misses, entries, bytes }]) => [
    counter('cache_hits_total', 'Lookups that the cache answered', hits, { cache }),
    counter('cache_misses_total', 'Lookups that the cache could not answer', misses, { cache }),
    ...(entries
      ? [gauge('cache_entries', 'Entries that this instance holds', entries(), { cache })]
      : []),
    ...(bytes
      ? [gauge('cache_bytes', 'Approximate memory of the entries', bytes(), { cache })]
      : []),
  ]);
}
