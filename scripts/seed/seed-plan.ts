import { hashText, SeededRandom } from '../shared/seeded-random';

/**
 * Who gets which rows, worked out before a single one is generated: how many reviews each product
 * has, where the segments are cut and which review ids each of them begins with. So the segments do
 * not depend on each other, on the number of workers or on the order they are made in.
 */
export interface SeedPlan {
  seed: string;
  reviews: number;
  segmentRows: number;
  /** Products are numbered from here; above 1 only when they are appended to others. */
  firstProduct: number;
  lastProduct: number;
  /** No product has more reviews than this. */
  productReviewsMax: number;
  /** The last product gets what is left over. */
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
 * Reviews a product: Pareto with exponent 0.8 between 1.7 and 10,000. The median is 4, the mean 31;
 * one product in two hundred has more than a thousand, one in ten thousand more than nine thousand.
 */
const TAIL_EXPONENT = 0.8;
const TAIL_START = 1.7;
const PRODUCT_REVIEWS_MAX = 10_000;

export function planSeed(options: SeedPlanOptions): SeedPlan {
  const { seed, reviews, segmentRows, firstProduct = 1 } = options;
  // A small store has no product that is most of the store.
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
 * Deals reviews to one product after the other until none are left: 4 bytes a product, about 1 MB
 * per million reviews.
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
    // A product stays whole: the segment it begins in is the one it lies in.
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

/** How many reviews a product of this plan has: the same answer here and in every worker. */
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
 * The product after this one. From 1 on they go in the order of their keys as text, which is how a
 * segment's rows lie on disk: down to ten times the number, else to the next one, else up until
 * there is a next one. Appended products go in the order of their numbers: they are spread over the
 * existing segments anyway.
 */
export function nextInOrder(plan: SeedPlan, product: number): number {
  if (plan.firstProduct > 1) return product + 1;
  if (product * 10 <= plan.lastProduct) return product * 10;
  let next = product;
  while (next % 10 === 9 || next === plan.lastProduct) next = Math.floor(next / 10);
  return next + 1;
}
