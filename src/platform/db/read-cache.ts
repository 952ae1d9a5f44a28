import { LRUCache } from 'lru-cache';
import { createBoundedCache } from '../bounded-cache';
import type { CacheStats } from '../telemetry/cache-metrics';

/**
 * Caches reads by key for the rest of the wall-clock second in which the read began. Each value
 * comes with the time at which its read began, so that Nginx does not keep it longer than a second
 * from then (http/conditional.ts).
 *
 * Algorithm: within the second, the cache answers from its entry, and requests for a key that is
 * being read wait for that read. Later, `load` gets the old value and asks the database whether it
 * is still the latest, so that it need not fetch it again. The cache also checks a monotonic clock,
 * because the wall clock may be set back. It stores a value from the second request for a key on,
 * because most keys are requested once. After a change of a key is committed, `drop` removes the
 * key. A read that began before still answers the requests that wait for it, but is not stored, and
 * later requests do not join it. Bound: `bytesMax`; the least recently used entries go first
 * (lru-cache), and one entry may take half. Failure: a failed read fails the requests that wait for
 * it, and nothing is stored.
 */
export interface ReadCache<Value> {
  read(key: string, load: Load<Value>): Kept<Value> | Promise<Kept<Value>>;
  drop(keys: Iterable<string>): void;
  readonly stats: CacheStats;
}

/** Reads the current value. `known` is the value of the last read, returned if it is still current. */
export type Load<Value> = (key: string, known: Value | undefined) => Promise<Value>;

export interface Kept<Value> {
  value: Value;
  /** When the read began, by the monotonic clock; nothing in the value is older. */
  readAtMs: number;
}

export interface ReadCacheOptions<Value> {
  bytesMax: number;
  /** What a value takes in memory, roughly, without what every entry takes. */
  bytesOf(value: Value): number;
  /** Milliseconds since 1970. */
  wallClock?(): number;
  /** Monotonic milliseconds. */
  now?(): number;
}

interface Entry<Value> extends Kept<Value> {
  /** Since 1970. */
  readInSecond: number;
  bytes: number;
}

interface Loading<Value> {
  startedInSecond: number;
  answer: Promise<Kept<Value>>;
}

/** Keys that are remembered without a value. */
const ASKED_MAX = 4_000;
/**
 * The key, the entry and its places in lru-cache's lists: measured 204, more when keys are long.
 */
const ENTRY_BYTES = 500;

export function createReadCache<Value>(options: ReadCacheOptions<Value>): ReadCache<Value> {
  const { bytesMax, bytesOf, wallClock = Date.now, now = () => performance.now() } = options;
  const loading = new Map<string, Loading<Value>>();
  const asked = new LRUCache<string, true>({ max: ASKED_MAX });
  const { entries, stats } = createBoundedCache<Entry<Value>>(bytesMax, ({ bytes }) => bytes);

  function read(key: string, load: Load<Value>): Kept<Value> | Promise<Kept<Value>> {
    const second = Math.floor(wallClock() / 1000);
    const entry = entries.get(key);
    if (entry && entry.readInSecond === second && now() - entry.readAtMs < 1000) {
      stats.hits += 1;
      return entry;
    }
    const underWay = loading.get(key);
    if (underWay?.startedInSecond === second) {
      stats.hits += 1;
      return underWay.answer;
    }
    stats.misses += 1;
    if (!entry && !isAskedAgain(key)) {
      const readAtMs = now();
      return load(key, undefined).then((value) => ({ value, readAtMs }));
    }
    return loadAndKeep(key, load, second, entry);
  }

  function loadAndKeep(
    key: string,
    load: Load<Value>,
    second: number,
    before: Entry<Value> | undefined,
  ): Promise<Kept<Value>> {
    const readAtMs = now();
    const resolve = (value: Value): Kept<Value> => {
      const bytes = before && value === before.value ? before.bytes : ENTRY_BYTES + bytesOf(value);
      const entry = { value, readInSecond: second, readAtMs, bytes };
      if (loading.get(key) === current) {
        loading.delete(key);
        entries.set(key, entry);
      }
      return entry;
    };
    const reject = (error: unknown): never => {
      if (loading.get(key) === current) loading.delete(key);
      throw error;
    };
    const current = {
      startedInSecond: second,
      answer: load(key, before?.value).then(resolve, reject),
    };
    loading.set(key, current);
    return current.answer;
  }

  function isAskedAgain(key: string): boolean {
    if (asked.has(key)) return true;
    asked.set(key, true);
    return false;
  }

  function drop(keys: Iterable<string>): void {
    for (const key of keys) {
      loading.delete(key);
      entries.delete(key);
    }
  }

  return { read, drop, stats };
}
