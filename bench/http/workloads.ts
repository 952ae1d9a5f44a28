import { SeededRandom } from '../../scripts/shared/seeded-random';
import type { Contender } from './contenders';
import type { BenchRequest } from './load';

const REQUESTS = 20_000;
const SEED = 20_260_101;

export interface Workload {
  name: string;
  requests: BenchRequest[];
  /** Who can answer it, and for whom it means something. */
  contenders: readonly Contender['kind'][];
  /** It is about Nginx's cache: no instance is asked directly. */
  isNginxOnly?: boolean;
}

export const WORKLOAD_NAMES = [
  'uniform',
  'zipf',
  'hot',
  'summaries',
  'batches',
  'deep',
  'mix',
  'writes',
] as const;
export type WorkloadName = (typeof WORKLOAD_NAMES)[number];

export function canAnswer(
  { kind, instances }: Contender,
  { contenders, isNginxOnly }: Workload,
): boolean {
  return contenders.includes(kind) && !(isNginxOnly && instances === 1);
}

const PLAIN_TOO: readonly Contender['kind'][] = ['plain', 'starling'];

/** Nginx neither looks into its cache nor keeps the answer. */
const UNCACHED = { 'Cache-Control': 'no-store' };

/**
 * The workloads, always the same for the same products. `hot`: the first page of one product, which
 * Nginx has most of the time. `deep`: pages 2 to 51 of much-reviewed products, by their cursors,
 * collected from a running instance. `writeKey`: whose reviews are not counted by their address
 * (write-key.ts); null: for workloads that only read.
 */
export function buildWorkloads(
  productIds: readonly string[],
  hotPath: string,
  deepPaths: readonly string[],
  writeKey: string | null,
): Record<WorkloadName, Workload> {
  const random = new SeededRandom();
  random.restart(SEED, 0);
  const uniform = () => productIds[random.below(productIds.length)]!;
  const zipf = createZipf(productIds.length, random);
  const many = (make: (n: number) => BenchRequest) =>
    Array.from({ length: REQUESTS }, (_, n) => make(n));
  const page = (product: string): BenchRequest => get(`/v1/products/${product}/reviews`);
  const summary = (product: string): BenchRequest => get(`/v1/products/${product}/summary`);

  return {
    uniform: {
      name: 'first pages, random products',
      requests: many(() => page(uniform())),
      contenders: ['plain', 'starling', 'memory', 'pgbench'],
    },
    zipf: {
      name: 'first pages, Zipf (s = 1), caches on',
      requests: many(() => ({ ...page(productIds[zipf()]!), headers: {} })),
      contenders: PLAIN_TOO,
    },
    hot: {
      name: 'one hot page, caches on',
      requests: [{ method: 'GET', path: hotPath }],
      contenders: ['plain', 'starling', 'file'],
      isNginxOnly: true,
    },
    summaries: {
      name: 'summaries, random products',
      requests: many(() => summary(uniform())),
      contenders: PLAIN_TOO,
    },
    batches: {
      name: 'summaries of 20 products',
      requests: many(() =>
        get(`/v1/summaries?product_ids=${Array.from({ length: 20 }, uniform).join(',')}`),
      ),
      contenders: ['starling'],
    },
    deep: {
      name: 'deep pages, newest first',
      requests: deepPaths.map(get),
      contenders: ['starling'],
    },
    mix: {
      name: 'mix: 80 % pages, 15 % summaries, 5 % writes',
      requests: many((n) =>
        n % 20 === 0
          ? review(uniform(), writeKey)
          : n % 20 < 4
            ? summary(uniform())
            : page(uniform()),
      ),
      contenders: PLAIN_TOO,
    },
    writes: {
      name: 'reviews written',
      requests: many(() => review(uniform(), writeKey)),
      contenders: PLAIN_TOO,
    },
  };
}

export function get(path: string): BenchRequest {
  return { method: 'GET', path, headers: UNCACHED };
}

/**
 * Title and body together have fewer than the 80 letters from which texts are compared: all reviews
 * of the benchmark have the same text, and copies would wait for a moderator instead of being
 * counted.
 */
export function review(product: string, writeKey: string | null): BenchRequest {
  return {
    method: 'POST',
    path: `/v1/products/${product}/reviews`,
    headers: {
      'Content-Type': 'application/json',
      ...(writeKey && { Authorization: `Bearer ${writeKey}` }),
    },
    body: JSON.stringify({
      rating: 5,
      title: 'Bench',
      body: 'It does what it says, every day for a month now. I would buy it again.',
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
