import { LRUCache } from 'lru-cache';
import type { CacheStats } from './telemetry/cache-metrics';

/** An unused entry goes even from a cache that is not full: what was erased must not stay here. */
const LIFE_MS = 60_000;

/**
 * A cache in memory with a bound in bytes (lru-cache), and the stats of its metrics.
 *
 * The least recently used entries go first, and each one goes a minute after it was stored. One
 * entry may take half of the cache; a larger one is not stored. The owner counts hits and misses.
 *
 * @param bytesOf what an entry takes in memory with its key, roughly
 */
export function createBoundedCache<Entry extends object>(
  bytesMax: number,
  bytesOf: (entry: Entry, key: string) => number,
): { entries: LRUCache<string, Entry>; stats: CacheStats } {
  const entries = new LRUCache<string, Entry>({
    maxSize: bytesMax,
    maxEntrySize: Math.floor(bytesMax / 2),
    sizeCalculation: bytesOf,
    ttl: LIFE_MS,
  });
  setInterval(() => entries.purgeStale(), LIFE_MS).unref();
  const stats: CacheStats = {
    hits: 0,
    misses: 0,
    entries: () => entries.size,
    bytes: () => entries.calculatedSize,
  };
  return { entries, stats };
}
