import NodeCache from 'node-cache';
import type { CacheTally } from '../telemetry/cache-tally';

/**
 * What was read of a key, for the rest of the wall-clock second in which the read began. Each value
 * comes with the time at which its read began, so that Nginx does not keep it longer than a second
 * from then (http/conditional.ts).
 *
 * Algorithm: within the second an entry is answered as it is, and requests for a key that is being read wait for that read.
 * After it, `load` is handed the old value: it asks the database whether that is still the latest, and need not fetch it again.
 * A monotonic clock is asked too, because the wall clock may be set back.
 * `drop` is for whoever has changed a key, after the commit: a read that began before it is answered to those who wait for it,
 * but neither kept nor joined any more.
 * Kept, and joined, is what was asked for before: of most keys nobody asks again.
 * Bound: `bytesMax`. node-cache bounds numbers of keys only, so there are two of them, each for half of the bytes: new entries go
 * into the young one; when that is full the old one is emptied, and they change places. What is used in the old one moves to the young
 * one, so what goes is what was not asked for while half of the bytes were filled.
 * Failure: a read that fails fails those who wait for it, and nothing is kept.
 */
export interface ReadCache<Value> {
  read(key: string, load: Load<Value>): Kept<Value> | Promise<Kept<Value>>;
  drop(keys: Iterable<string>): void;
  readonly tally: CacheTally;
}

/** Reads what is stored now. `known` is what was stored when it was last read; it is returned when it still is. */
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

interface Flight<Value> {
  startedInSecond: number;
  answer: Promise<Kept<Value>>;
}

/** An unused entry goes even from a cache that is not full: what was erased from the database shall not stay here. */
const LIFE_SECONDS = 60;
/** Keys that are remembered without a value. */
const ASKED_MAX = 4_000;
/** The key, the entry, their places in node-cache's table: measured 220, more when keys are long. */
const ENTRY_BYTES = 500;

export function createReadCache<Value>(options: ReadCacheOptions<Value>): ReadCache<Value> {
  const { bytesMax, bytesOf, wallClock = Date.now, now = () => performance.now() } = options;
  const flights = new Map<string, Flight<Value>>();
  let asked = new Set<string>();
  let askedBefore = new Set<string>();
  let young = new Generation<Value>();
  let old = new Generation<Value>();
  const tally: CacheTally = {
    hits: 0,
    misses: 0,
    entries: () => young.size() + old.size(),
    bytes: () => young.bytes + old.bytes,
  };

  function read(key: string, load: Load<Value>): Kept<Value> | Promise<Kept<Value>> {
    const second = Math.floor(wallClock() / 1000);
    const entry = find(key);
    if (entry && entry.readInSecond === second && now() - entry.readAtMs < 1000) {
      tally.hits += 1;
      return entry;
    }
    const underWay = flights.get(key);
    if (underWay?.startedInSecond === second) {
      tally.hits += 1;
      return underWay.answer;
    }
    tally.misses += 1;
    if (!entry && !isAskedAgain(key)) {
      const readAtMs = now();
      return load(key, undefined).then((value) => ({ value, readAtMs }));
    }
    return fly(key, load, second, entry);
  }

  function fly(
    key: string,
    load: Load<Value>,
    second: number,
    before: Entry<Value> | undefined,
  ): Promise<Kept<Value>> {
    const readAtMs = now();
    const land = (value: Value): Kept<Value> => {
      const bytes = before && value === before.value ? before.bytes : ENTRY_BYTES + bytesOf(value);
      const entry = { value, readInSecond: second, readAtMs, bytes };
      if (flights.get(key) === flight) {
        flights.delete(key);
        keep(key, entry);
      }
      return entry;
    };
    const crash = (error: unknown): never => {
      if (flights.get(key) === flight) flights.delete(key);
      throw error;
    };
    const flight = { startedInSecond: second, answer: load(key, before?.value).then(land, crash) };
    flights.set(key, flight);
    return flight.answer;
  }

  function isAskedAgain(key: string): boolean {
    if (asked.has(key) || askedBefore.has(key)) return true;
    asked.add(key);
    if (asked.size >= ASKED_MAX / 2) {
      askedBefore = asked;
      asked = new Set();
    }
    return false;
  }

  function find(key: string): Entry<Value> | undefined {
    const recent = young.get(key);
    if (recent) return recent;
    const entry = old.get(key);
    if (entry) keep(key, entry);
    return entry;
  }

  function keep(key: string, entry: Entry<Value>): void {
    forget(key);
    if (young.bytes + entry.bytes > bytesMax / 2) {
      old.empty();
      [young, old] = [old, young];
    }
    if (entry.bytes <= bytesMax / 2) young.set(key, entry);
  }

  function forget(key: string): void {
    young.delete(key);
    old.delete(key);
  }

  function drop(keys: Iterable<string>): void {
    for (const key of keys) {
      flights.delete(key);
      forget(key);
    }
  }

  return { read, drop, tally };
}

/** Entries of a short life that know how many bytes they are. */
class Generation<Value> {
  bytes = 0;
  readonly #entries = new NodeCache({
    stdTTL: LIFE_SECONDS,
    checkperiod: LIFE_SECONDS, // its timer holds no process up
    useClones: false,
  });

  constructor() {
    // Deleted or expired.
    this.#entries.on('del', (_key: string, { bytes }: Entry<Value>) => {
      this.bytes -= bytes;
    });
  }

  get(key: string): Entry<Value> | undefined {
    return this.#entries.get<Entry<Value>>(nameOf(key));
  }

  set(key: string, entry: Entry<Value>): void {
    this.#entries.set(nameOf(key), entry);
    this.bytes += entry.bytes;
  }

  delete(key: string): void {
    this.#entries.del(nameOf(key));
  }

  empty(): void {
    this.#entries.flushAll();
    this.bytes = 0;
  }

  size(): number {
    return this.#entries.getStats().keys;
  }
}

/** node-cache keeps its entries in a plain object, where a key such as `__proto__` would do harm. */
function nameOf(key: string): string {
  return `:${key}`;
}
