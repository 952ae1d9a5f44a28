import type { SubmissionNames } from './submission-names';
import { isCopy, SIGNATURE_BYTES } from './text-signature';

/**
 * The reviews that all instances created within the last ten minutes, as one instance knows them.
 * It counts them by author, host, network and similar text.
 *
 * Algorithm: a ring of entries, with hash chains through it as in the window of a compressor (RFC
 * 1951, section 4). Each name (keyed hash) of an entry links to the previous entry whose name falls
 * into the same bucket. To count a name, walk its chain. For near copies, 21 triples of bins of the
 * text signature serve as names: two texts that share 60 % of their bins have a triple in common in
 * 99 of 100 cases, texts that share half of them in 94, and unrelated texts hardly ever. Entries
 * found in this way are compared in full.
 * Bound: ENTRIES_MAX entries of 138 bytes take 2 MB, the buckets 0.8 MB. A walk takes at most
 * WALK_MAX steps, and at most about COMPARED_MAX texts are compared in full, which takes 20 µs.
 * Failure: when the ring is full, the oldest entries go and the window is shorter than ten minutes
 * (`forgotten` counts them). Counts are then too low.
 */
export interface RecentSubmissions {
  /** @param atMs monotonic milliseconds, of the same clock as `beforeMs` */
  add(names: SubmissionNames, atMs: number): void;
  /** Removes entries older than `beforeMs`. */
  expire(beforeMs: number): void;
  /** Returns how many entries have this name, at most `max`. The name 0 is never counted. */
  count(kind: CountedName, name: number, max: number): number;
  /**
   * Returns how many entries have the same or nearly the same text, at most `max`.
   * @param text a signature of SIGNATURE_BYTES
   */
  countCopies(text: Uint8Array, max: number): number;
  readonly size: number;
  /** Number of entries removed before their ten minutes were over, because the ring was full. */
  readonly forgotten: number;
}

export type CountedName = 'author' | 'review' | 'host' | 'network';

export const ENTRIES_MAX = 16_384;
/** Each chain has 2 to this power buckets. */
const BUCKET_BITS = 12;
const WALK_MAX = 1_000;
/**
 * How many signatures are compared in full with one text, at 0.1 µs each. In a full ring of
 * unrelated texts there are about 20.
 */
const COMPARED_MAX = 200;

const COUNTED: readonly CountedName[] = ['author', 'review', 'host', 'network'];
const TRIPLES = Math.floor(SIGNATURE_BYTES / 3);
const CHAINS = COUNTED.length + TRIPLES;

/** @param entriesMax at most 65,536, because the chains store distances in 16 bits */
export function createRecentSubmissions(entriesMax = ENTRIES_MAX): RecentSubmissions {
  const names = new Uint32Array(entriesMax * COUNTED.length);
  const texts = new Uint8Array(entriesMax * SIGNATURE_BYTES);
  const times = new Float64Array(entriesMax);
  /**
   * Distance from an entry to the previous one in the same chain, in entries; 0: there is none in
   * the ring.
   */
  const steps = new Uint16Array(entriesMax * CHAINS);
  /**
   * The newest entry of each bucket, chain by chain. Entries are numbered from 1; 0: the bucket is
   * empty.
   */
  const newest = new Float64Array(CHAINS << BUCKET_BITS);
  let oldest = 1;
  let next = 1;
  let forgotten = 0;

  function add(submission: SubmissionNames, atMs: number): void {
    if (next - oldest === entriesMax) {
      oldest += 1;
      forgotten += 1;
    }
    const slot = next % entriesMax;
    times[slot] = atMs;
    for (const [index, kind] of COUNTED.entries()) {
      const name = submission[kind];
      names[slot * COUNTED.length + index] = name;
      link(slot, index, name === 0 ? -1 : bucketOf(index, name));
    }
    const { text } = submission;
    if (text) texts.set(text, slot * SIGNATURE_BYTES);
    for (let triple = 0; triple < TRIPLES; triple += 1)
      link(slot, COUNTED.length + triple, text ? bucketOfTriple(text, triple) : -1);
    next += 1;
  }

  /**
   * Makes the next entry the newest of the bucket; a negative bucket leaves the entry out of the
   * chain.
   */
  function link(slot: number, chain: number, bucket: number): void {
    const distance = bucket < 0 ? 0 : next - newest[bucket]!;
    steps[slot * CHAINS + chain] = distance < entriesMax ? distance : 0;
    if (bucket >= 0) newest[bucket] = next;
  }

  function expire(beforeMs: number): void {
    while (oldest < next && times[oldest % entriesMax]! < beforeMs) oldest += 1;
  }

  function count(kind: CountedName, name: number, max: number): number {
    if (name === 0) return 0;
    const chain = COUNTED.indexOf(kind);
    let found = 0;
    let entry = newest[bucketOf(chain, name)]!;
    for (let taken = 0; entry >= oldest && found < max && taken < WALK_MAX; taken += 1) {
      if (names[(entry % entriesMax) * COUNTED.length + chain] === name) found += 1;
      entry = before(entry, chain);
    }
    return found;
  }

  function countCopies(text: Uint8Array, max: number): number {
    const met = new Set<number>();
    let found = 0;
    for (let triple = 0; triple < TRIPLES && found < max && met.size < COMPARED_MAX; triple += 1) {
      let entry = newest[bucketOfTriple(text, triple)]!;
      for (let taken = 0; entry >= oldest && found < max && taken < WALK_MAX; taken += 1) {
        const start = (entry % entriesMax) * SIGNATURE_BYTES;
        if (hasSameTriple(texts, start, text, triple) && !met.has(entry)) {
          met.add(entry);
          if (isCopy(texts, start, text, 0)) found += 1;
        }
        entry = before(entry, COUNTED.length + triple);
      }
    }
    return found;
  }

  /**
   * Returns the previous entry in a chain, or 0. It may have another name that falls into the same
   * bucket.
   */
  function before(entry: number, chain: number): number {
    const step = steps[(entry % entriesMax) * CHAINS + chain]!;
    return step === 0 ? 0 : entry - step;
  }

  return {
    add,
    expire,
    count,
    countCopies,
    get size() {
      return next - oldest;
    },
    get forgotten() {
      return forgotten;
    },
  };
}

function hasSameTriple(
  texts: Uint8Array,
  start: number,
  text: Uint8Array,
  triple: number,
): boolean {
  const at = 3 * triple;
  return (
    texts[start + at] === text[at] &&
    texts[start + at + 1] === text[at + 1] &&
    texts[start + at + 2] === text[at + 2]
  );
}

function bucketOfTriple(text: Uint8Array, triple: number): number {
  const at = 3 * triple;
  return bucketOf(
    COUNTED.length + triple,
    (text[at]! << 16) | (text[at + 1]! << 8) | text[at + 2]!,
  );
}

/** Returns the bucket of a name within its chain, by multiplicative hashing (Knuth). */
function bucketOf(chain: number, name: number): number {
  return (chain << BUCKET_BITS) + (Math.imul(name, 0x9e3779b1) >>> (32 - BUCKET_BITS));
}
