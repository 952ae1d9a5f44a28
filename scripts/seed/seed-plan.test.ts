import { nextInOrder, planReviewCounter, planSeed, type SeedPlan } from './seed-plan';

describe('the plan of a load', () => {
  const plan = planSeed({ seed: 'plan', reviews: 100_000, segmentRows: 30_000 });

  it('plans exactly the requested number of reviews', () => {
    for (const reviews of [1, 2, 7, 1_000, 100_000]) {
      const { segments } = planSeed({ seed: 'x', reviews, segmentRows: 300 });
      expect(sum(segments.map(({ rows }) => rows))).toBe(reviews);
    }
  });

  it('takes every product once, in the order of the keys as text', () => {
    const keys = productsInOrder(plan).map(String);

    expect(keys).toEqual([...keys].sort());
    expect(new Set(keys).size).toBe(plan.lastProduct);
  });

  it('begins each segment where the one before ends, in products and in review ids', () => {
    const order = productsInOrder(plan);
    let products = 0;
    let reviewId = 1;
    for (const segment of plan.segments) {
      expect(segment).toMatchObject({ firstProduct: order[products], firstReviewId: reviewId });
      products += segment.products;
      reviewId += segment.rows;
    }
    expect({ products, reviewId }).toEqual({ products: plan.lastProduct, reviewId: 100_001 });
  });

  it('gives product 1 the review 1 in a sample of any size, as the examples of the contract need it', () => {
    for (const reviews of [1, 7, 100_000])
      for (const seed of ['x', 'y'])
        expect(planSeed({ seed, reviews, segmentRows: 300 }).segments[0]).toMatchObject({
          firstProduct: 1,
          firstReviewId: 1,
        });
  });

  it('makes the segments about equally large', () => {
    expect(plan.segments).toHaveLength(4);
    for (const { rows } of plan.segments) expect(Math.abs(rows - 25_000)).toBeLessThan(5_000);
  });

  it('gives products a heavy tail: a few reviews in the middle, about 30 on average, some with thousands', () => {
    const large = planSeed({ seed: 'tail', reviews: 3_000_000, segmentRows: 1_000_000 });
    const reviewsOf = planReviewCounter(large);
    const counts = productsInOrder(large)
      .map(reviewsOf)
      .sort((a, b) => a - b);

    expect(counts[0]).toBeGreaterThanOrEqual(1);
    expect(counts[counts.length >> 1]).toBeGreaterThanOrEqual(3);
    expect(counts[counts.length >> 1]).toBeLessThanOrEqual(5);
    expect(3_000_000 / counts.length).toBeCloseTo(30, -1);
    expect(counts.filter((count) => count > 1_000).length / counts.length).toBeCloseTo(0.005, 2);
    expect(counts.at(-1)).toBeGreaterThan(5_000);
    expect(counts.at(-1)).toBeLessThanOrEqual(10_000);
  });

  it('numbers appended products after those that are there', () => {
    const appended = planSeed({
      seed: 'x',
      reviews: 500,
      segmentRows: 200,
      firstProduct: 41,
    });

    expect(appended.segments[0]).toMatchObject({ firstProduct: 41, firstReviewId: 1 });
    expect(productsInOrder(appended)[1]).toBe(42);
  });
});

function productsInOrder(plan: SeedPlan): number[] {
  const products = [plan.firstProduct];
  const count = plan.lastProduct - plan.firstProduct + 1;
  while (products.length < count) products.push(nextInOrder(plan, products.at(-1)!));
  return products;
}

function sum(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
