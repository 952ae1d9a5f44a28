import type { HttpContender } from '../http/contenders/contender';
import { startContender } from '../http/contenders/start-contender';
import type { BenchRequest } from '../http/load/load-types';
import { sendPaced } from '../http/load/paced-load';
import { type Measurement, measure } from '../http/measure/measurement';
import type { Result } from '../http/report/table';
import { collectDeepPaths, pathsOfPages } from '../http/workloads/deep-paths';
import { listProducts } from '../http/workloads/products';
import { get, review, reviewsPath, summaryPath } from '../http/workloads/requests';
import { makeWriteKey } from '../http/write-key';
import { countReviews } from '../shared/machine';
import { addProduct, createScratchDatabase } from '../shared/scratch-database';

/** What a section needs. Each section starts and stops its own servers. */
export interface ScaleContext {
  /**
   * The database of the sections that vary something other than data. Its server also holds the
   * scratch databases.
   */
  databaseUrl: string;
  folder: string;
}

const CONNECTIONS = 64;
/**
 * The benchmark sends each request once before it measures, so that it compares work, and not the
 * disk or the first rendering of a page.
 */
const DISTINCT_REQUESTS = 2_000;
const ONCE_SECONDS = 2;
const WARM_UP_SECONDS = 1;
const ROUND_SECONDS = 3;
const ROUNDS = 2;
const SCRATCH_REVIEWS = 300_000;
const PRODUCT_SIZES = [10, 100_000];
const DEEP_PAGE = 500;

/** The same reads over databases of different sizes, or cut differently. */
export async function measureRows(
  databaseUrls: readonly string[],
  folder: string,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const databaseUrl of databaseUrls) {
    const { reviews, segments } = await countReviews(databaseUrl);
    const what = `${Number(reviews).toLocaleString('en')} reviews in ${segments} segments`;
    results.push(...(await measureReads(databaseUrl, what, folder)));
  }
  return results;
}

export async function measureSegments({ databaseUrl, folder }: ScaleContext): Promise<Result[]> {
  const results: Result[] = [];
  for (const segments of [30, 300]) {
    const scratch = await createScratchDatabase(
      databaseUrl,
      { reviews: SCRATCH_REVIEWS, segments },
      folder,
    );
    try {
      const what = `${SCRATCH_REVIEWS.toLocaleString('en')} reviews in ${segments} segments`;
      results.push(...(await measureReads(scratch.url, what, folder)));
    } finally {
      await scratch.drop();
    }
  }
  return results;
}

async function measureReads(databaseUrl: string, what: string, folder: string): Promise<Result[]> {
  return withStarling(1, databaseUrl, folder, async (starling) => {
    const products = await listProducts(databaseUrl);
    const some = products.draw(DISTINCT_REQUESTS);
    const deep = await collectDeepPaths(starling.url, products.largest);
    const results: Result[] = [];
    for (const [workload, paths] of [
      ['first page, stored', some.map((product) => reviewsPath(product))],
      [
        'first page, newest first, from its segment',
        some.map((product) => reviewsPath(product, '?sort=newest')),
      ],
      ['deep pages, newest first', deep.slice(0, DISTINCT_REQUESTS)],
      ['summary', some.map(summaryPath)],
    ] as const)
      results.push(await measureOne(starling, { workload, contender: what }, paths.map(get)));
    return results;
  });
}

/**
 * Products of different sizes side by side, over one connection. With more connections, an instance
 * answers equal requests that wait together by one statement, which hides that statement's cost.
 */
export async function measureProductSizes({
  databaseUrl,
  folder,
}: ScaleContext): Promise<Result[]> {
  const scratch = await createScratchDatabase(
    databaseUrl,
    { reviews: SCRATCH_REVIEWS, segments: 30 },
    folder,
  );
  try {
    for (const size of PRODUCT_SIZES) await addProduct(scratch.url, `bench-${size}`, size);
    const { key } = await makeWriteKey(scratch.url);
    return await withStarling(1, scratch.url, folder, async (starling) => {
      const results: Result[] = [];
      for (const size of PRODUCT_SIZES) {
        const product = `bench-${size}`;
        const pages = await pathsOfPages(starling.url, product, DEEP_PAGE);
        const reads: [string, BenchRequest][] = [
          ['first page, stored', get(reviewsPath(product))],
          ['first page, newest first', get(pages[0]!)],
          ['summary', get(summaryPath(product))],
          ['a review written', review(product, key)],
        ];
        if (pages.length === DEEP_PAGE)
          reads.splice(2, 0, [`page ${DEEP_PAGE}, newest first`, get(pages.at(-1)!)]);
        for (const [name, request] of reads) {
          const label = {
            workload: name,
            contender: `product with ${size.toLocaleString('en')} reviews`,
          };
          results.push(await measureOne(starling, label, [request], 1));
        }
      }
      return results;
    });
  } finally {
    await scratch.drop();
  }
}

export async function measureInstances({ databaseUrl, folder }: ScaleContext): Promise<Result[]> {
  const results: Result[] = [];
  for (const instances of [1, 2, 4, 6]) {
    const contender =
      instances === 1 ? '1 instance, no Nginx' : `${instances} instances behind Nginx`;
    const label = { workload: 'first page, stored', contender };
    results.push(
      await withStarling(instances, databaseUrl, folder, async (starling) => {
        return measureOne(starling, label, await someFirstPages(databaseUrl));
      }),
    );
  }
  return results;
}

export async function measureConcurrency({ databaseUrl, folder }: ScaleContext): Promise<Result[]> {
  return withStarling(6, databaseUrl, folder, async (starling) => {
    const requests = await someFirstPages(databaseUrl);
    const results: Result[] = [];
    for (const connections of [1, 4, 16, 64, 250, 1_000]) {
      const label = {
        workload: 'first page, stored',
        contender: `six, ${connections} connections`,
      };
      results.push(await measureOne(starling, label, requests, connections));
    }
    return results;
  });
}

async function someFirstPages(databaseUrl: string): Promise<BenchRequest[]> {
  const products = await listProducts(databaseUrl);
  return products.draw(DISTINCT_REQUESTS).map((product) => get(reviewsPath(product)));
}

async function measureOne(
  starling: HttpContender,
  label: Pick<Result, 'workload' | 'contender'>,
  requests: readonly BenchRequest[],
  connections = CONNECTIONS,
): Promise<Result> {
  process.stderr.write(`${label.contender}: ${label.workload}\n`);
  const perSecond = requests.length / ONCE_SECONDS;
  await sendPaced(starling.url, requests, { perSecond, seconds: ONCE_SECONDS });
  await starling.send(requests, { connections, seconds: WARM_UP_SECONDS });
  const rounds: Measurement[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(
      await measure(starling, () =>
        starling.send(requests, { connections, seconds: ROUND_SECONDS }),
      ),
    );
  }
  return { ...label, rounds };
}

async function withStarling<T>(
  instances: number,
  databaseUrl: string,
  folder: string,
  work: (starling: HttpContender) => Promise<T>,
): Promise<T> {
  const starling = await startContender({ kind: 'starling', instances, databaseUrl, folder });
  try {
    return await work(starling);
  } finally {
    await starling.stop();
  }
}
