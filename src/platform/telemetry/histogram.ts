/**
 * Counts values per bucket, in plain numbers, without labels; `observe` allocates nothing. It
 * searches the buckets from the lowest, so common values should have low buckets.
 */
export class Histogram {
  /**
   * By index, how many values are at most `bounds[index]` and above the bound before it. The last
   * bucket counts the values above all bounds.
   */
  readonly buckets: number[];
  count = 0;
  sum = 0;

  /** @param bounds ascending */
  constructor(readonly bounds: readonly number[]) {
    this.buckets = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
    this.buckets[bucket]! += 1;
    this.count += 1;
    this.sum += value;
  }
}
