import { hashText, SeededRandom } from '../shared/seeded-random';

/**
 * The plan of a load, computed before any row is generated: how many reviews each product has,
 * where the segments are cut, and the first review id of each. So the segments depend neither on
 * each other nor on the number of workers or the order of the work.
 */
export interface SeedPlan {
  seed: string;
  reviews: number;
  segmentRows: number;
  /** The first product number; above 1 only for appended products. */
  firstProduct: number;
  lastProduct: number;
  /** No product has more reviews than this. */
  productReviewsMax: number;
  /** The last product has the reviews that remain. */
  lastProductReviews: number;
  segments: SegmentPlan[];
}

export interface SegmentPlan {
  /** From 1. */
  number: number;
  /**
   * In the order of their keys as text ("1", "10", "100", …, "2"); appended ones in the order of
   * their numbers.
   */
  firstProduct: number;
  products: number;
  rows: number;
  /** In its file, where the load's ids begin at 1. */
  firstReviewId: number;
}

export interface SeedPlanOptions {
  seed: string;
  reviews: number;
  segmentRows: number;
  firstProduct?: number;
}

/**
 * Reviews per product: Pareto with exponent 0.8 between 1.7 and 10,000. The median is 4, the mean
 * 31. One product in two hundred has more than a thousand, one in ten thousand more than nine
 * thousand.
 */
const TAIL_EXPONENT = 0.8;
const TAIL_START = 1.7;
const PRODUCT_REVIEWS_MAX = 10_000;

export function planSeed(options: SeedPlanOptions): SeedPlan {
  const { seed, reviews, segmentRows, firstProduct = 1 } = options;
  // In a small store, no product has most of the reviews.
  const productReviewsMax = Math.min(PRODUCT_REVIEWS_MAX, Math.ceil(reviews / 20));
  const counts = drawCounts(seed, reviews, firstProduct, productReviewsMax);
  const plan: SeedPlan = {
    seed,
    reviews,
    segmentRows,
    firstProduct,
    lastProduct: firstProduct + counts.length - 1,
    productReviewsMax,
    lastProductReviews: counts.at(-1)!,
    segments: [],
  };
  plan.segments = cutSegments(plan, counts);
  return plan;
}

/**
 * Assigns reviews to one product after the other until none are left: 4 bytes per product, about 1
 * MB per million reviews.
 */
function drawCounts(
  seed: string,
  reviews: number,
  firstProduct: number,
  productReviewsMax: number,
) {
  const countOf = reviewCounter(seed, productReviewsMax);
  const counts: number[] = [];
  for (let left = reviews; left > 0; ) {
    const count = Math.min(left, countOf(firstProduct + counts.length));
    counts.push(count);
    left -= count;
  }
  return Uint32Array.from(counts);
}

function cutSegments(plan: SeedPlan, counts: Uint32Array): SegmentPlan[] {
  const segments: SegmentPlan[] = [];
  const segmentCount = Math.ceil(plan.reviews / plan.segmentRows);
  const rowsEach = plan.reviews / segmentCount;
  let segment: SegmentPlan | undefined;
  let rowsBefore = 0;
  let product = plan.firstProduct;
  for (let i = 0; i < counts.length; i += 1) {
    // All reviews of a product are in the segment in which it begins.
    if (!segment || rowsBefore >= segments.length * rowsEach) {
      segment = {
        number: segments.length + 1,
        firstProduct: product,
        products: 0,
        rows: 0,
        firstReviewId: 1 + rowsBefore,
      };
      segments.push(segment);
    }
    const rows = counts[product - plan.firstProduct]!;
    segment.products += 1;
    segment.rows += rows;
    rowsBefore += rows;
    product = nextInOrder(plan, product);
  }
  return segments;
}

/** The number of reviews of a product of this plan: the same in every thread. */
export function planReviewCounter(plan: SeedPlan): (product: number) => number {
  const countOf = reviewCounter(plan.seed, plan.productReviewsMax);
  return (product) => (product === plan.lastProduct ? plan.lastProductReviews : countOf(product));
}

function reviewCounter(seed: string, productReviewsMax: number): (product: number) => number {
  const random = new SeededRandom();
  const seedHash = hashText(`reviews of a product ${seed}`);
  const shareBelowMax = 1 - (TAIL_START / Math.max(TAIL_START, productReviewsMax)) ** TAIL_EXPONENT;
  return (product) => {
    random.restart(seedHash, product);
    return Math.floor(TAIL_START * (1 - random.unit() * shareBelowMax) ** (-1 / TAIL_EXPONENT));
  };
}

/**
 * The product after this one. Products from 1 on go in the order of their keys as text, the order
 * in which a segment's rows are on disk: the number times ten, else the next number, else the next
 * number of a shorter key. Appended products go in the order of their numbers: they are spread over
 * the existing segments anyway.
 */
export function nextInOrder(plan: SeedPlan, product: number): number {
  if (plan.firstProduct > 1) return product + 1;
  if (product * 10 <= plan.lastProduct) return product * 10;
  let next = product;
  while (next % 10 === 9 || next === plan.lastProduct) next = Math.floor(next / 10);
  return next + 1;
}
