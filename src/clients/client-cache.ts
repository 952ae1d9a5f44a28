import NodeCache from 'node-cache';
import type { CacheStats } from '../platform/telemetry/cache-metrics';
import type { LiveKey } from './client-repository';

export interface ClientCache {
  /**
   * null: there is no such key, or it is revoked. A promise while it is looked up, which rejects as
   * the lookup does.
   */
  find(keyId: string): LiveKey | null | Promise<LiveKey | null>;
  readonly stats: CacheStats;
}

export interface ClientCacheOptions {
  lookUp(keyId: string): Promise<LiveKey | null>;
  /** Monotonic milliseconds. */
  now(): number;
  entriesMax?: number;
}

interface Entry {
  found: LiveKey | null | Promise<LiveKey | null>;
  since: number;
}

const LIFE_SECONDS = 2;

/**
 * Keys by their id, for at most two seconds: a revoked key is refused by every instance within that
 * and one lookup.
 *
 * What is kept is the lookup itself, from when it began, then what it found: however many requests
 * carry a key, one asks. Keys that do not exist are kept too. The age is also checked by a
 * monotonic clock: node-cache goes by the wall clock, which may be set back. Bound: `entriesMax`; a
 * full cache is emptied, which costs each key in use one lookup. Failure: a lookup that failed is
 * forgotten, and the requests that waited for it fail (503): nobody is let in unchecked.
 */
export function createClientCache({
  lookUp,
  now,
  entriesMax = 10_000,
}: ClientCacheOptions): ClientCache {
  const entries = new NodeCache({
    stdTTL: LIFE_SECONDS,
    checkperiod: LIFE_SECONDS, // its timer holds no process up
    maxKeys: entriesMax,
    useClones: false,
  });

  const stats: CacheStats = { hits: 0, misses: 0, entries: () => entries.getStats().keys };

  function find(keyId: string) {
    const kept = entries.get<Entry>(keyId);
    if (kept && now() - kept.since < LIFE_SECONDS * 1_000) {
      stats.hits += 1;
      return kept.found;
    }
    stats.misses += 1;
    const asked = lookUp(keyId);
    const entry: Entry = { found: asked, since: now() };
    if (entries.getStats().keys >= entriesMax) entries.flushAll();
    entries.set(keyId, entry);
    asked.then(
      (found) => {
        entry.found = found;
      },
      () => {
        if (entries.get(keyId) === entry) entries.del(keyId);
      },
    );
    return asked;
  }

  return { find, stats };
}
