/**
 * Returns a function that picks the product which the next shopper looks at. Picks follow a Zipf
 * distribution with s = 1, like visits to a shop: the most popular product gets twice the visits of
 * the second and a thousand times those of the thousandth. Of a million products, fifty get a third
 * of all visits.
 *
 * Algorithm: rejection-inversion (W. Hörmann, G. Derflinger, 1996).
 * Bound: a few numbers for any count of products. A table of cumulative weights for a million
 * products would take 8 MB per virtual user.
 *
 * @param products how many there are; their keys are the decimal numbers from 1, as `npm run seed`
 * creates them
 * @param random returns a number from 0 up to but not including 1
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
 * A prime above any count of products: multiplying ranks by it reaches every product once. The
 * product stays exact up to 50 million.
 */
const STRIDE = 179_424_673;

/**
 * Returns the product of a rank. It spreads the popular products over all keys, so that they are
 * not neighbours in one segment.
 */
export function productOfRank(rank: number, products: number): number {
  return ((rank * STRIDE) % products) + 1;
}
