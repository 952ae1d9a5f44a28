/**
 * What each client has spent: a set-associative table in typed arrays, as a processor's cache is
 * built.
 *
 * Algorithm: a client's hash names a set of eight slots. A slot holds the hash and, a policy
 * column, one number: GCRA's theoretical arrival time (TAT). A slot whose TATs have all come equals
 * one that was never used, so expiry is active and costs nothing: no timer, no sweep. When a set is
 * full of live clients, the one that owes least gives way, measured as the share of its burst that
 * it has used up: it loses least by being forgotten. (An LRU would let a flood of addresses push
 * out the offender who pauses for a moment; docs/decisions/0011.) Layout: a set is 320 bytes in one
 * place, first its eight hashes in 64, then the TATs of each slot in 32. A decision about a client
 * whom no cache of the processor remembers waits for two lines of one page. The row of `charges`
 * that a slot pays by lies in the low ten bits of its hash; the other 54 tell clients apart, and a
 * million meet by chance with a probability of 3 in 100,000. Bound: `slots` × 40 bytes, whatever
 * comes; the memory is touched only as clients come. Failure: a client that is forgotten starts
 * again with its full burst.
 */
export const COLUMNS = 4;
const WAYS = 8;
const WAY_BITS = 3;
/** A set, counted in 64-bit and in 32-bit numbers. */
const SET_DOUBLES = WAYS + WAYS * COLUMNS;
const SET_WORDS = SET_DOUBLES * 2;

/**
 * The shares of clients that are not exchanged lie in row 0; of those that were until now, in row
 * 1001.
 */
export const SHARED_MAX = 1_000;
export const NOT_SHARED = 0;
export const WAS_SHARED = SHARED_MAX + 1;
const ROW_BITS = 0x3ff;

export class QuotaTable {
  readonly slots: number;
  /** Milliseconds on the caller's monotonic clock; `tatsAt` says where a slot's lie. */
  readonly tats: Float64Array;
  /**
   * What this instance charges for one unit, by row and column, as a multiple: 1 ÷ its share of the
   * quota.
   */
  readonly charges = new Float64Array((ROW_BITS + 1) * COLUMNS).fill(1);
  /** Live clients that had to give way. */
  evicted = 0;

  /**
   * The same memory as `tats`. A slot's hash: its low half, then its high half with the row in it;
   * both zero: free.
   */
  private readonly words: Int32Array;
  private readonly setsPerHash: number;
  /** 1 ÷ milliseconds of debt that a full burst is; 0 for a column that is not in use. */
  private readonly debtScales = new Float64Array(COLUMNS);

  constructor(
    slotsMin: number,
    private readonly onGone: (slot: number) => void = () => {},
  ) {
    const sets = Math.max(1, Math.ceil(slotsMin / WAYS));
    this.slots = sets * WAYS;
    this.setsPerHash = sets / 2 ** 32;
    this.tats = new Float64Array(sets * SET_DOUBLES);
    this.words = new Int32Array(this.tats.buffer);
  }

  /** Where in `tats` the first of a slot's `COLUMNS` numbers lies. */
  tatsAt(slot: number): number {
    return (slot >> WAY_BITS) * SET_DOUBLES + WAYS + (slot & (WAYS - 1)) * COLUMNS;
  }

  /** The row of `charges` that a slot pays by. */
  rowOf(slot: number): number {
    return this.words[wordsAt(slot) + 1]! & ROW_BITS;
  }

  setRow(slot: number, row: number): void {
    const at = wordsAt(slot) + 1;
    this.words[at] = (this.words[at]! & ~ROW_BITS) | row;
  }

  /** Whose slot it is, in hexadecimal: as much of the hash as is kept. */
  nameOf(slot: number): string {
    const at = wordsAt(slot);
    return nameOfHash(this.words[at + 1]!, this.words[at]!);
  }

  /** The slot of a client that is known, else −1. */
  find(high: number, low: number): number {
    const words = this.words;
    const set = ((low >>> 0) * this.setsPerHash) | 0;
    const first = set * SET_WORDS;
    for (let way = 0; way < WAYS; way += 1) {
      const at = first + way * 2;
      if (words[at] === low && ((words[at + 1]! ^ high) & ~ROW_BITS) === 0) return set * WAYS + way;
    }
    return -1;
  }

  /** The slot of a client, a new one if need be. */
  claim(high: number, low: number, now: number): number {
    const slot = this.find(high, low);
    return slot >= 0 ? slot : this.take(high, low, now);
  }

  private take(high: number, low: number, now: number): number {
    const slot = this.freeSlot((((low >>> 0) * this.setsPerHash) | 0) * WAYS, now);
    if (this.rowOf(slot) !== NOT_SHARED) this.onGone(slot);
    const at = wordsAt(slot);
    this.words[at] = low;
    this.words[at + 1] = (high & ~ROW_BITS) | NOT_SHARED;
    const tats = this.tatsAt(slot);
    this.tats.fill(0, tats, tats + COLUMNS);
    return slot;
  }

  private freeSlot(first: number, now: number): number {
    for (let slot = first; slot < first + WAYS; slot += 1) if (!this.isTaken(slot)) return slot;
    let leastDebt = Number.POSITIVE_INFINITY;
    let chosen = first;
    for (let slot = first; slot < first + WAYS; slot += 1) {
      const debt = this.debt(slot, now);
      if (debt <= 0) return slot;
      if (debt < leastDebt) {
        leastDebt = debt;
        chosen = slot;
      }
    }
    this.evicted += 1;
    return chosen;
  }

  private isTaken(slot: number): boolean {
    const at = wordsAt(slot);
    return this.words[at] !== 0 || this.words[at + 1] !== 0;
  }

  /**
   * The largest share of a burst that the client has used up and not yet got back; 0 or less: it
   * equals a new one.
   */
  debt(slot: number, now: number): number {
    const tats = this.tatsAt(slot);
    let largest = 0;
    for (let column = 0; column < COLUMNS; column += 1) {
      const debt = (this.tats[tats + column]! - now) * this.debtScales[column]!;
      if (debt > largest) largest = debt;
    }
    return largest;
  }

  /**
   * @param tolerancesMs by column, what a full burst takes to come back; null: not in use
   * @param wiped columns that get another meaning: what was spent there is forgotten
   */
  setTolerances(tolerancesMs: readonly (number | null)[], wiped: readonly number[]): void {
    for (const [column, tolerance] of tolerancesMs.entries())
      this.debtScales[column] = tolerance === null ? 0 : 1 / tolerance;
    for (const column of wiped)
      for (let slot = 0; slot < this.slots; slot += 1) this.tats[this.tatsAt(slot) + column] = 0;
  }

  /**
   * How many clients are held that differ from new ones. Reads the whole table: for metrics, not
   * for requests.
   */
  countLive(now: number): number {
    let live = 0;
    for (let slot = 0; slot < this.slots; slot += 1) if (this.debt(slot, now) > 0) live += 1;
    return live;
  }

  /** How many clients have a slot, whether they owe anything or not. Reads the whole table too. */
  countTaken(): number {
    let taken = 0;
    for (let slot = 0; slot < this.slots; slot += 1) if (this.isTaken(slot)) taken += 1;
    return taken;
  }
}

/** The name that a table gives to a client's hash: the same on all instances. */
export function nameOfHash(high: number, low: number): string {
  return hex(high & ~ROW_BITS) + hex(low);
}

function wordsAt(slot: number): number {
  return (slot >> WAY_BITS) * SET_WORDS + (slot & (WAYS - 1)) * 2;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
