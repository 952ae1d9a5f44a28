import { csvField } from './csv-text';

/** The values of one product in product_summaries: the sums of its approved reviews. */
export class SummarySums {
  count = 0;
  readonly #ratings = new Int32Array(6);
  readonly #characteristicSums = new Int32Array(4);
  readonly #characteristicCounts = new Int32Array(4);
  #recommendedYes = 0;
  #recommendedNo = 0;
  #verified = 0;
  #photos = 0;

  clear(): void {
    this.count = 0;
    this.#ratings.fill(0);
    this.#characteristicSums.fill(0);
    this.#characteristicCounts.fill(0);
    this.#recommendedYes = 0;
    this.#recommendedNo = 0;
    this.#verified = 0;
    this.#photos = 0;
  }

  add(
    rating: number,
    recommended: number,
    verified: boolean,
    photos: number,
    values: readonly number[],
  ): void {
    this.count += 1;
    this.#ratings[rating]! += 1;
    if (recommended === 1) this.#recommendedYes += 1;
    if (recommended === 0) this.#recommendedNo += 1;
    if (verified) this.#verified += 1;
    this.#photos += photos;
    for (let i = 0; i < values.length; i += 1) {
      this.#characteristicSums[i]! += values[i]!;
      this.#characteristicCounts[i]! += 1;
    }
  }

  line(product: number, names: readonly string[]): string {
    const rated: Record<string, { sum: number; count: number }> = {};
    for (const [i, name] of names.entries()) {
      const count = this.#characteristicCounts[i]!;
      if (count > 0) rated[name] = { sum: this.#characteristicSums[i]!, count };
    }
    return (
      `${product},${this.#ratings.subarray(1).join(',')},${this.#recommendedYes},${this.#recommendedNo},` +
      `${this.#verified},${this.#photos},${csvField(JSON.stringify(rated))}\n`
    );
  }
}
