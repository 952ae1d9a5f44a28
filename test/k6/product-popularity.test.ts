import { createProductPicker, productOfRank } from '../../k6/shared/product-popularity';
import { SeededRandom } from '../../scripts/shared/seeded-random';

describe('the popularity of products in load tests', () => {
  const PRODUCTS = 1_000;
  const DRAWS = 200_000;
  const countByProduct = drawMany();

  function drawMany(): Map<string, number> {
    const random = new SeededRandom();
    random.restart(1, 1);
    const pick = createProductPicker(PRODUCTS, () => random.unit());
    const counts = new Map<string, number>();
    for (let n = 0; n < DRAWS; n++) {
      const product = pick();
      counts.set(product, (counts.get(product) ?? 0) + 1);
    }
    return counts;
  }

  it('picks each rank in proportion to 1 ÷ rank', () => {
    const harmonic = Array.from({ length: PRODUCTS }, (_, i) => 1 / (i + 1)).reduce(
      (a, b) => a + b,
    );
    for (const rank of [1, 2, 3, 10, 50]) {
      const expected = DRAWS / rank / harmonic;
      const drawn = countByProduct.get(`${productOfRank(rank, PRODUCTS)}`)!;
      expect(Math.abs(drawn - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('picks only keys that the seeder creates, and nearly all of them', () => {
    const keys = [...countByProduct.keys()].map(Number);
    expect(Math.min(...keys)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...keys)).toBeLessThanOrEqual(PRODUCTS);
    expect(keys.length).toBeGreaterThan(0.99 * PRODUCTS);
  });

  it.each([1, 2, 7, 1_000, 944_017])('gives every rank a different product of %i', (products) => {
    const seen = new Uint8Array(products + 1);
    for (let rank = 1; rank <= products; rank++) seen[productOfRank(rank, products)]! += 1;
    expect(seen[0]).toBe(0);
    expect(seen.slice(1).every((times) => times === 1)).toBe(true);
  });

  it('works with one product', () => {
    expect(createProductPicker(1)()).toBe('1');
  });
});
