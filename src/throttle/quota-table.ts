/**
 * What each client has spent: a set-associative table in typed arrays, as a processor's cache is built.
 *
 * Algorithm: a client's hash names a set of eight slots. A slot holds the hash and, a policy column, one number: GCRA's
 * theoretical arrival time (TAT). A slot whose TATs have all come equals one that was never used, so expiry is active and
 * costs nothing: no timer, no sweep. When a set is full of live clients, the one that owes least gives way, measured as
 * the share of its burst that it has used up: it loses least by being forgotten. (An LRU would let a flood of strangers
 * push out the offender who pauses for a moment; docs/decisions/0011.)
 * Bound: `slots` × (10 + 8 a column) bytes, whatever comes; the memory is touched only as clients come.
 * Failure: a client that is forgotten starts again with its full burst.
 */
export const COLUMNS = 4;
const WAYS = 8;

/** The shares of clients that are not exchanged lie in row 0; of those that were until now, in the last row. */
export const SHARED_MAX = 1_000;
export const NOT_SHARED = 0;
export const WAS_SHARED = SHARED_MAX + 1;

export class QuotaTable {
  readonly slots: number;
  /** Low and high half of the hash, a pair a slot; both zero: free. */
  readonly hashes: Int32Array;
  /** Milliseconds on the caller's monotonic clock, `COLUMNS` a slot. */
  readonly tats: Float64Array;
  /** Which row of `charges` a slot pays by. */
  readonly sharing: Uint16Array;
  /** What this instance charges for one unit, as a multiple: 1 ÷ its share of the quota. */
  readonly charges = new Float64Array((SHARED_MAX + 2) * COLUMNS).fill(1);
  /** Live clients that had to give way. */
  evicted = 0;

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
    this.hashes = new Int32Array(this.slots * 2);
    this.tats = new Float64Array(this.slots * COLUMNS);
    this.sharing = new Uint16Array(this.slots);
  }

  /** The slot of a client that is known, else −1. */
  find(high: number, low: number): number {
    const first = ((low >>> 0) * this.setsPerHash) | 0;
    const hashes = this.hashes;
    const end = (first + 1) * WAYS;
    for (let slot = first * WAYS; slot < end; slot += 1) {
      if (hashes[slot * 2] === low && hashes[slot * 2 + 1] === high) return slot;
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
    if (this.sharing[slot] !== NOT_SHARED) this.onGone(slot);
    this.hashes[slot * 2] = low;
    this.hashes[slot * 2 + 1] = high;
    this.sharing[slot] = NOT_SHARED;
    this.tats.fill(0, slot * COLUMNS, (slot + 1) * COLUMNS);
    return slot;
  }

  private freeSlot(first: number, now: number): number {
    for (let slot = first; slot < first + WAYS; slot += 1) {
      if (this.hashes[slot * 2] === 0 && this.hashes[slot * 2 + 1] === 0) return slot;
    }
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

  /** The largest share of a burst that the client has used up and not yet got back; 0 or less: it equals a new one. */
  debt(slot: number, now: number): number {
    let largest = 0;
    for (let column = 0; column < COLUMNS; column += 1) {
      const debt = (this.tats[slot * COLUMNS + column]! - now) * this.debtScales[column]!;
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
    for (const column of wiped) for (let at = column; at < this.tats.length; at += COLUMNS) this.tats[at] = 0;
  }

  /** How many clients are held that differ from new ones. Reads the whole table: for metrics, not for requests. */
  countLive(now: number): number {
    let live = 0;
    for (let slot = 0; slot < this.slots; slot += 1) if (this.debt(slot, now) > 0) live += 1;
    return live;
  }
}
