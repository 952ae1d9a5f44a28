/**
 * How often a value lay below each bound: plain numbers, no labels, nothing allocated. A value
 * costs a walk to its bucket, so the bounds begin with what is common.
 */
export class Histogram {
  /** How many values lay at or below each bound and above the one before; the last: above all. */
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
