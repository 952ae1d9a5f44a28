import NodeCache from 'node-cache';
import type { CacheStats } from '../platform/telemetry/cache-metrics';
import type { LiveKey } from './client-repository';

export interface ClientCache {
  /**
   * The key with this id; null: there is none, or it is revoked. Returns a promise while the lookup
   * runs, which rejects when the lookup fails.
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
 * Caches keys by their id for at most two seconds. So every instance refuses a revoked key after at
 * most two seconds plus one lookup.
 *
 * The cache keeps the lookup from its beginning, and then its result, so concurrent requests with
 * one key share one lookup. It also keeps that a key does not exist. It checks the age by the
 * monotonic clock too, because node-cache uses the wall clock, which may be set back. Bound:
 * `entriesMax`; a full cache is emptied, which costs each key in use one lookup. Failure: a failed
 * lookup is not kept, and the requests that wait for it fail (503); no request passes unchecked.
 */
export function createClientCache({
  lookUp,
  now,
  entriesMax = 10_000,
}: ClientCacheOptions): ClientCache {
  const entries = new NodeCache({
    stdTTL: LIFE_SECONDS,
    checkperiod: LIFE_SECONDS, // its timer does not keep the process alive
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
