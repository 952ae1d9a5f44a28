/**
 * Which product the next shopper looks at: Zipf with s = 1, as visits to a shop are spread. The
 * most visited product gets twice what the second gets and a thousand times what the thousandth
 * does; of a million products, fifty get a third of all visits.
 *
 * Algorithm: rejection-inversion (W. Hörmann, G. Derflinger, 1996). Bound: a few numbers whatever
 * the count of products, where a table of cumulated weights would take 8 MB of every virtual user
 * for a million.
 *
 * @param products how many there are; their keys are the decimal numbers from 1 on, as `npm run
 * seed` makes them
 * @param random from 0 up to but not including 1
 */
export function createProductPicker(
  products: number,
  random: () => number = Math.random,
): () => string {
  const highest = Math.log(products + 0.5);
  const lowest = Math.log(1.5) - 1;
  const acceptedAtOnce = 2 - Math.exp(Math.log(2.5) - 0.5);

  function drawRank(): number {
    for (;;) {
      const drawn = highest + random() * (lowest - highest);
      const exact = Math.exp(drawn);
      const rank = Math.min(products, Math.max(1, Math.round(exact)));
      if (rank - exact <= acceptedAtOnce || drawn >= Math.log(rank + 0.5) - 1 / rank) return rank;
    }
  }
  return () => String(productOfRank(drawRank(), products));
}

/**
 * A prime above any count of products: multiplied by it, ranks meet every product once. The result
 * stays exact up to 50 million.
 */
const STRIDE = 179_424_673;

/**
 * Spreads the popular products over all keys, so that they do not lie side by side in one segment.
 */
export function productOfRank(rank: number, products: number): number {
  return ((rank * STRIDE) % products) + 1;
}
