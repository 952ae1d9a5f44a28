import type { SeededRandom } from '../../../scripts/shared/seeded-random';

/**
 * Draws ranks below `count` with probability 1/rank (s = 1), by binary search in the cumulated
 * weights.
 */
export function createZipf(count: number, random: SeededRandom): () => number {
  const cumulated = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank += 1) {
    total += 1 / (rank + 1);
    cumulated[rank] = total;
  }
  return () => {
    const target = random.unit() * total;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle]! < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
