import { SeededRandom } from '../../../scripts/shared/seeded-random';
import type { Sort } from '../../../src/reviews/review-sort';
import type { Contender } from '../contenders/contender';
import type { BenchRequest } from '../load/load-types';
import { dropPageCache } from './page-cache';
import type { Products } from './products';
import { get, getCached, review, reviewsPath, summaryPath, widgetPath } from './requests';
import { forgetStoredPages, storeAllPages } from './stored-pages';
import { createZipf } from './zipf';

export interface Workload {
  title: string;
  /** The contenders that can answer it, and to whose kind its figures mean something. */
  contenders: readonly Contender['kind'][];
  /** It is about Nginx's cache, so it leaves out contenders without Nginx. */
  isNginxOnly?: boolean;
  /** A round ends when each request was sent once. */
  once?: boolean;
  /** The requests of a round of so many seconds. */
  requests(contender: Contender, seconds: number): readonly BenchRequest[];
  /** Before the first round of each contender. */
  prepare?(contender: Contender): Promise<void>;
  beforeRound?(contender: Contender): Promise<void>;
}

export const WORKLOAD_NAMES = [
  'uniform-cold',
  'uniform-warm',
  'hot-set',
  'zipf',
  'hot',
  'newest',
  'oldest',
  'highest',
  'lowest',
  'helpful',
  'filter',
  'summaries',
  'batches',
  'widget',
  'deep',
  'mix',
  'writes',
  'writes-long',
] as const;
export type WorkloadName = (typeof WORKLOAD_NAMES)[number];

/** Products of `hot-set`. */
export const HOT_SET = 20_000;
/** More than a contender answers, so that no round asks for a product twice if there are so many. */
const REQUESTS_PER_SECOND_MAX = 30_000;
const BATCH = 20;
/** The fragments of so many products fit in an instance's memory (compose.ts). */
const WIDGETS = 200;

const TEXTBOOK_TOO: readonly Contender['kind'][] = ['textbook', 'starling'];

export interface WorkloadOptions {
  products: Products;
  /** The key of an API client in a contender's database (write-key.ts). */
  writeKeyOf(contender: Contender): string | undefined;
  /** Pages 2 to 51 of much-reviewed products, for this contender (deep-paths.ts). */
  deepPathsOf(contender: Contender): readonly string[];
  /** Drop the kernel's page cache before each cold round. */
  dropsPageCache: boolean;
  /** What the reader of the figures must know. */
  note(line: string): void;
}

/** Each asks for any product of the whole table, except `hot-set`, `hot` and `deep`. */
export function buildWorkloads(options: WorkloadOptions): Record<WorkloadName, Workload> {
  const { products, writeKeyOf, deepPathsOf } = options;
  const any = (make: (product: string, index: number) => BenchRequest) => {
    return (_contender: Contender, seconds: number) =>
      products.draw(REQUESTS_PER_SECOND_MAX * seconds).map(make);
  };
  const hotSet = products.draw(HOT_SET).map((product) => get(reviewsPath(product)));
  const widgets = products.draw(WIDGETS).map((product) => get(widgetPath(product)));
  const listings = (query: string) => any((product) => get(reviewsPath(product, query)));
  const write = (contender: Contender, seconds: number) =>
    products
      .draw(REQUESTS_PER_SECOND_MAX * seconds)
      .map((product) => review(product, writeKeyOf(contender)));

  const order = (sort: Sort): Workload => ({
    title: `${sort}, any product`,
    contenders: TEXTBOOK_TOO,
    requests: listings(`?sort=${sort}`),
  });

  return {
    'uniform-cold': {
      title: 'first pages, any product, cold',
      contenders: TEXTBOOK_TOO,
      once: true,
      requests: any((product) => get(reviewsPath(product))),
      beforeRound: async ({ kind, databaseUrl }) => {
        if (kind === 'starling') await forgetStoredPages(databaseUrl!);
        if (options.dropsPageCache) dropPageCache();
      },
    },
    'uniform-warm': {
      title: 'first pages, any product, all stored',
      contenders: ['textbook', 'starling', 'memory', 'pgbench'],
      requests: any((product) => get(reviewsPath(product))),
      prepare: async (contender) => {
        if (contender.kind !== 'starling') return;
        const part = await storeAllPages(contender.databaseUrl!);
        if (part < 1)
          options.note(
            `${contender.name}: ${(part * 100).toFixed(2)} % of the first pages were stored before the warm rounds.`,
          );
      },
    },
    'hot-set': {
      title: `first pages, ${hotSet.length.toLocaleString('en')} products again and again`,
      contenders: ['textbook', 'starling', 'memory'],
      requests: () => hotSet,
    },
    zipf: {
      title: 'first pages, Zipf (s = 1), caches on',
      contenders: TEXTBOOK_TOO,
      requests: createZipfRequests(products),
    },
    hot: {
      title: 'one hot page, caches on',
      contenders: ['textbook', 'starling', 'file'],
      isNginxOnly: true,
      requests: (contender) => [getWithCaches(contender, hotPath(products))],
    },
    newest: order('newest'),
    oldest: order('oldest'),
    highest: order('highest'),
    lowest: order('lowest'),
    helpful: order('helpful'),
    filter: {
      title: 'ratings 4 and 5, any product',
      contenders: TEXTBOOK_TOO,
      requests: listings('?rating=4,5'),
    },
    summaries: {
      title: 'summaries, any product',
      contenders: TEXTBOOK_TOO,
      requests: any((product) => get(summaryPath(product))),
    },
    widget: {
      title: `widgets of ${WIDGETS} products, kept and revalidated`,
      contenders: ['starling'],
      requests: () => widgets,
    },
    batches: {
      title: `summaries of ${BATCH} products`,
      contenders: ['starling'],
      requests: (_contender, seconds) =>
        inGroups(products.draw(REQUESTS_PER_SECOND_MAX * seconds), BATCH).map((group) =>
          get(`/v1/summaries?product_ids=${group.join(',')}`),
        ),
    },
    deep: {
      title: 'deep pages, newest first',
      contenders: ['starling'],
      requests: (contender) => deepPathsOf(contender).map(get),
    },
    mix: {
      title: 'mix, any product: 80 % pages, 15 % summaries, 5 % writes',
      contenders: TEXTBOOK_TOO,
      requests: (contender, seconds) =>
        products.draw(REQUESTS_PER_SECOND_MAX * seconds).map((product, n) => {
          if (n % 20 === 0) return review(product, writeKeyOf(contender));
          return get(n % 20 < 4 ? summaryPath(product) : reviewsPath(product));
        }),
    },
    writes: {
      title: 'reviews written, any product',
      contenders: TEXTBOOK_TOO,
      requests: write,
    },
    'writes-long': {
      title: 'reviews written for minutes, any product',
      contenders: TEXTBOOK_TOO,
      requests: write,
    },
  };
}

export function hotPath({ largest }: Products): string {
  return reviewsPath(largest[0]!);
}

/** The products in random order of popularity; the draws are different in each round. */
function createZipfRequests(products: Products): Workload['requests'] {
  const ranked = products.draw(products.count);
  const random = new SeededRandom();
  random.restart(ranked.length, 0);
  const zipf = createZipf(ranked.length, random);
  return (contender, seconds) =>
    Array.from({ length: REQUESTS_PER_SECOND_MAX * seconds }, () =>
      getWithCaches(contender, reviewsPath(ranked[zipf()]!)),
    );
}

/**
 * The textbook server does not say how long its answers are valid, so Nginx cannot keep them. With
 * its cache on, Nginx would only make requests for one page wait for each other.
 */
function getWithCaches({ kind }: Contender, path: string): BenchRequest {
  return kind === 'textbook' ? get(path) : getCached(path);
}

function inGroups(ids: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.floor(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}
