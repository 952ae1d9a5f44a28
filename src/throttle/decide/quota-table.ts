/**
 * Holds what each client has spent, in a set-associative table of typed arrays, built like a
 * processor's cache.
 *
 * Algorithm: a client's hash selects a set of eight slots. A slot holds the hash and, per policy
 * column, one number: GCRA's theoretical arrival time (TAT, quota-service.ts). A slot whose TATs
 * have all passed equals one that was never used, so expiry needs no timer and no sweep. When a set
 * is full of live clients, the table evicts the one that owes least, measured as the part of its
 * burst that it has used up, because that client gains least by being forgotten. (With an LRU, a
 * flood of new addresses would evict an offender who pauses for a moment; docs/decisions/0011.)
 *
 * Layout: a set is 320 contiguous bytes: its eight hashes in 64, then the TATs of each slot in 32.
 * For a client in no processor cache, a decision waits for two cache lines of one page. The low ten
 * bits of a slot's hash hold its row of `charges`. The other 54 bits tell clients apart; that any
 * two of a million clients share them has a probability of 3 in 100,000.
 *
 * Bound: `slots` × 40 bytes, however many clients come. The system provides the memory as clients
 * come. Failure: an evicted client starts again with its full burst.
 */

/** How many policies (names of policies) a client can have in a table. */
export const COLUMNS = 4;
const WAYS = 8;
const WAY_BITS = 3;
/** A set, counted in 64-bit and in 32-bit numbers. */
const SET_DOUBLES = WAYS + WAYS * COLUMNS;
const SET_WORDS = SET_DOUBLES * 2;

/**
 * Rows of `charges`. Row 0 is for clients that are not shared between instances, rows 1 to 1000 for
 * one shared client each, and row 1001 for clients that were shared and still owe something.
 */
export const SHARED_MAX = 1_000;
export const NOT_SHARED = 0;
export const WAS_SHARED = SHARED_MAX + 1;
const ROW_BITS = 0x3ff;

export class QuotaTable {
  readonly slots: number;
  /** In milliseconds on the caller's monotonic clock. `tatsAt` says where those of a slot are. */
  readonly tats: Float64Array;
  /** By row and column, what this instance charges for one unit: 1 ÷ its share of the quota. */
  readonly charges = new Float64Array((ROW_BITS + 1) * COLUMNS).fill(1);
  /** How many live clients were evicted. */
  evicted = 0;

  /**
   * The same memory as `tats`, for the hashes. A slot has the low half, then the high half with the
   * row in it; both are zero in a free slot.
   */
  private readonly words: Int32Array;
  private readonly setsPerHash: number;
  /** By column, 1 ÷ the milliseconds of debt of a full burst; 0 if the column is not in use. */
  private readonly debtScales = new Float64Array(COLUMNS);

  /** @param slotsMin rounded up to a multiple of eight */
  constructor(
    slotsMin: number,
    private readonly onSlotReused: (slot: number) => void = () => {},
  ) {
    const sets = Math.max(1, Math.ceil(slotsMin / WAYS));
    this.slots = sets * WAYS;
    this.setsPerHash = sets / 2 ** 32;
    this.tats = new Float64Array(sets * SET_DOUBLES);
    this.words = new Int32Array(this.tats.buffer);
  }

  /** The index in `tats` of the first of a slot's `COLUMNS` numbers. */
  tatsAt(slot: number): number {
    return (slot >> WAY_BITS) * SET_DOUBLES + WAYS + (slot & (WAYS - 1)) * COLUMNS;
  }

  /** The row of `charges` that applies to a slot. */
  rowOf(slot: number): number {
    return this.words[wordsAt(slot) + 1]! & ROW_BITS;
  }

  setRow(slot: number, row: number): void {
    const at = wordsAt(slot) + 1;
    this.words[at] = (this.words[at]! & ~ROW_BITS) | row;
  }

  /** The client in a slot: the 54 kept bits of its hash as 16 hexadecimal digits. */
  nameOf(slot: number): string {
    const at = wordsAt(slot);
    return nameOfHash(this.words[at + 1]!, this.words[at]!);
  }

  /** The client's slot, or −1 if it has none. */
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

  /** The client's slot; takes a free one, or evicts another client, if it has none. */
  claim(high: number, low: number, now: number): number {
    const slot = this.find(high, low);
    return slot >= 0 ? slot : this.take(high, low, now);
  }

  private take(high: number, low: number, now: number): number {
    const slot = this.freeSlot((((low >>> 0) * this.setsPerHash) | 0) * WAYS, now);
    if (this.rowOf(slot) !== NOT_SHARED) this.onSlotReused(slot);
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
   * The largest part of a burst, over all columns, that the client has used up and not yet got
   * back. 0: it equals a new client. It may exceed 1.
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
   * @param tolerancesMs by column, the time in which a full burst comes back; null: not in use
   * @param wiped columns that another policy gets: what was spent there is forgotten
   */
  setTolerances(tolerancesMs: readonly (number | null)[], wiped: readonly number[]): void {
    for (const [column, tolerance] of tolerancesMs.entries())
      this.debtScales[column] = tolerance === null ? 0 : 1 / tolerance;
    for (const column of wiped)
      for (let slot = 0; slot < this.slots; slot += 1) this.tats[this.tatsAt(slot) + column] = 0;
  }

  /** How many clients owe something. Reads the whole table: for metrics, not for requests. */
  countLive(now: number): number {
    let live = 0;
    for (let slot = 0; slot < this.slots; slot += 1) if (this.debt(slot, now) > 0) live += 1;
    return live;
  }

  /** How many clients have a slot, whether or not they owe something. Reads the whole table. */
  countTaken(): number {
    let taken = 0;
    for (let slot = 0; slot < this.slots; slot += 1) if (this.isTaken(slot)) taken += 1;
    return taken;
  }
}

/** A client's name in `QuotaTable.nameOf`, from its hash: the same on all instances. */
export function nameOfHash(high: number, low: number): string {
  return hex(high & ~ROW_BITS) + hex(low);
}

function wordsAt(slot: number): number {
  return (slot >> WAY_BITS) * SET_WORDS + (slot & (WAYS - 1)) * 2;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
