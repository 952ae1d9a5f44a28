import { SeededRandom } from '../seed/seeded-random';
import type { BenchRequest } from './load';

const REQUESTS = 20_000;
const SEED = 20_260_101;

export interface Workload {
  name: string;
  requests: BenchRequest[];
  /** Whether the plain server speaks it too. */
  isPlain: boolean;
}

export type WorkloadName = 'uniform' | 'zipf' | 'summaries' | 'batches' | 'deep' | 'mix' | 'writes';

/** Nginx neither looks into its cache nor keeps the answer. */
const UNCACHED = { 'Cache-Control': 'no-store' };

/**
 * The workloads, always the same for the same products.
 * `deep`: pages 2 to 51 of much-reviewed products, by their cursors, collected from a running instance.
 */
export function buildWorkloads(
  productIds: readonly string[],
  deepPaths: readonly string[],
): Record<WorkloadName, Workload> {
  const random = new SeededRandom();
  random.restart(SEED, 0);
  const uniform = () => productIds[random.below(productIds.length)]!;
  const zipf = createZipf(productIds.length, random);
  const many = (make: (n: number) => BenchRequest) => Array.from({ length: REQUESTS }, (_, n) => make(n));
  const page = (product: string): BenchRequest => get(`/v1/products/${product}/reviews`);
  const summary = (product: string): BenchRequest => get(`/v1/products/${product}/summary`);

  return {
    uniform: { name: 'first pages, random products', requests: many(() => page(uniform())), isPlain: true },
    zipf: {
      name: 'first pages, Zipf (s = 1), caches on',
      requests: many(() => ({ ...page(productIds[zipf()]!), headers: {} })),
      isPlain: true,
    },
    summaries: {
      name: 'summaries, random products',
      requests: many(() => summary(uniform())),
      isPlain: true,
    },
    batches: {
      name: 'summaries of 20 products',
      requests: many(() => get(`/v1/summaries?product_ids=${Array.from({ length: 20 }, uniform).join(',')}`)),
      isPlain: false,
    },
    deep: { name: 'deep pages, newest first', requests: deepPaths.map(get), isPlain: false },
    mix: {
      name: 'mix: 80 % pages, 15 % summaries, 5 % writes',
      requests: many((n) =>
        n % 20 === 0 ? review(uniform()) : n % 20 < 4 ? summary(uniform()) : page(uniform()),
      ),
      isPlain: true,
    },
    writes: { name: 'reviews written', requests: many(() => review(uniform())), isPlain: true },
  };
}

function get(path: string): BenchRequest {
  return { method: 'GET', path, headers: UNCACHED };
}

function review(product: string): BenchRequest {
  return {
    method: 'POST',
    path: `/v1/products/${product}/reviews`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      rating: 5,
      title: 'Written by the benchmark',
      body: 'It does what it says, and it has done so every day for a month now. I would buy it again.',
      author: { name: 'Bench', email: 'bench-#@example.com' },
    }),
  };
}

/** Ranks with probability 1/rank (s = 1), by binary search in the cumulated weights. */
function createZipf(count: number, random: SeededRandom): () => number {
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
