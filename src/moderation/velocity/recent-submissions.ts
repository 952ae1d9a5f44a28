import type { SubmissionNames } from './submission-names';
import { isCopy, SIGNATURE_BYTES } from './text-signature';

/**
 * The reviews of the last ten minutes by what is counted of them, of all instances, as one instance
 * knows them.
 *
 * Algorithm: a ring of entries, and hash chains through it as in a compressor's window (RFC 1951,
 * section 4): each name of an entry leads to the entry before it whose name falls into the same
 * bucket. Counting walks the chain of a name. For near copies, 21 triples of bins of the signature
 * are names: two texts that share 60 % of their bins meet in one of them in 99 of 100 cases, two
 * that share half of them in 94, and two unrelated ones hardly ever. What is met is compared in
 * full.
 *
 * Bound: ENTRIES_MAX entries of 138 bytes, 2 MB, and 0.8 MB of buckets; a walk takes WALK_MAX
 * steps, and of the texts that are met no more than about COMPARED_MAX are compared: 20 µs. When
 * full, the oldest go, and the window is shorter than ten minutes (`forgotten` counts them).
 */
export interface RecentSubmissions {
  add(names: SubmissionNames, atMs: number): void;
  /** Forgets what was added for a time before this. */
  expire(beforeMs: number): void;
  /** How many have this name, at most `max`. */
  count(kind: CountedName, name: number, max: number): number;
  /** How many have the same text or nearly the same, at most `max`. */
  countCopies(text: Uint8Array, max: number): number;
  readonly size: number;
  /** Entries that went before their ten minutes were over, as the ring was full. */
  readonly forgotten: number;
}

export type CountedName = 'author' | 'review' | 'host' | 'network';

export const ENTRIES_MAX = 16_384;
/** Of each chain. */
const BUCKET_BITS = 12;
const WALK_MAX = 1_000;
/**
 * Signatures compared in full with one text: 0.1 µs each. Of a full ring of unrelated ones about 20
 * are.
 */
const COMPARED_MAX = 200;

const COUNTED: readonly CountedName[] = ['author', 'review', 'host', 'network'];
const TRIPLES = Math.floor(SIGNATURE_BYTES / 3);
const CHAINS = COUNTED.length + TRIPLES;

/** @param entriesMax at most 65,536: chains hold distances of 16 bits */
export function createRecentSubmissions(entriesMax = ENTRIES_MAX): RecentSubmissions {
  const names = new Uint32Array(entriesMax * COUNTED.length);
  const texts = new Uint8Array(entriesMax * SIGNATURE_BYTES);
  const times = new Float64Array(entriesMax);
  /**
   * From an entry to the one before it in the same chain, in entries; 0: there is none in the ring.
   */
  const steps = new Uint16Array(entriesMax * CHAINS);
  /** The newest entry of each bucket, chain by chain. Entries are numbered from 1; 0: none yet. */
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

  /** Makes the next entry the newest of the bucket. */
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
   * The entry before this one in a chain; 0: there is none. Entries of other names in the same
   * bucket are among them.
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

/** Multiplicative hashing (Knuth) into the chain's own buckets. */
function bucketOf(chain: number, name: number): number {
  return (chain << BUCKET_BITS) + (Math.imul(name, 0x9e3779b1) >>> (32 - BUCKET_BITS));
}
