import { type HttpContender, startContender } from '../http/contenders';
import type { BenchRequest } from '../http/load';
import { findPostmaster, type Measurement, measure } from '../http/measurement';
import { sendPaced } from '../http/paced-load';
import { pathsOfPages, sampleProducts, workloadsFor } from '../http/product-samples';
import type { Result } from '../http/report';
import { get, review } from '../http/workloads';
import { makeWriteKey } from '../http/write-key';
import { countReviews } from '../shared/machine';
import { addProduct, createScratchDatabase } from '../shared/scratch-database';

/** What a section needs; each starts and stops its own servers. */
export interface ScaleContext {
  /**
   * The database of the sections that vary something else than data; scratch databases are made on
   * its server.
   */
  databaseUrl: string;
  folder: string;
}

const CONNECTIONS = 64;
/**
 * Each request is asked once before it counts: what is compared is work, not the disk, nor the
 * first rendering of a page.
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
    const samples = await sampleProducts(databaseUrl);
    const { uniform, summaries, deep } = await workloadsFor(samples, starling.url);
    const newest = uniform.requests.map(({ path }) => get(`${path}?sort=newest`));
    const results: Result[] = [];
    for (const [name, requests] of [
      ['first page, stored', uniform.requests],
      ['first page, newest first, from its segment', newest],
      ['deep pages, newest first', deep.requests],
      ['summary', summaries.requests],
    ] as const) {
      const some = requests.slice(0, DISTINCT_REQUESTS);
      results.push(
        await measureOne(starling, { workload: name, contender: what }, some, databaseUrl),
      );
    }
    return results;
  });
}

/**
 * Products of different sizes side by side. One connection: equal requests that wait together are
 * answered by one statement, which would hide what it costs.
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
          ['first page, stored', get(`/v1/products/${product}/reviews`)],
          ['first page, newest first', get(pages[0]!)],
          ['summary', get(`/v1/products/${product}/summary`)],
          ['a review written', review(product, key)],
        ];
        if (pages.length === DEEP_PAGE)
          reads.splice(2, 0, [`page ${DEEP_PAGE}, newest first`, get(pages.at(-1)!)]);
        for (const [name, request] of reads) {
          const label = {
            workload: name,
            contender: `product with ${size.toLocaleString('en')} reviews`,
          };
          results.push(await measureOne(starling, label, [request], scratch.url, 1));
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
        const { uniform } = await workloadsFor(await sampleProducts(databaseUrl), starling.url);
        return measureOne(
          starling,
          label,
          uniform.requests.slice(0, DISTINCT_REQUESTS),
          databaseUrl,
        );
      }),
    );
  }
  return results;
}

export async function measureConcurrency({ databaseUrl, folder }: ScaleContext): Promise<Result[]> {
  return withStarling(6, databaseUrl, folder, async (starling) => {
    const { uniform } = await workloadsFor(await sampleProducts(databaseUrl), starling.url);
    const requests = uniform.requests.slice(0, DISTINCT_REQUESTS);
    const results: Result[] = [];
    for (const connections of [1, 4, 16, 64, 250, 1_000]) {
      const label = {
        workload: 'first page, stored',
        contender: `six, ${connections} connections`,
      };
      results.push(await measureOne(starling, label, requests, databaseUrl, connections));
    }
    return results;
  });
}

async function measureOne(
  starling: HttpContender,
  label: Pick<Result, 'workload' | 'contender'>,
  requests: readonly BenchRequest[],
  databaseUrl: string,
  connections = CONNECTIONS,
): Promise<Result> {
  process.stderr.write(`${label.contender}: ${label.workload}\n`);
  const postmaster = await findPostmaster(databaseUrl);
  const perSecond = requests.length / ONCE_SECONDS;
  await sendPaced(starling.url, requests, { perSecond, seconds: ONCE_SECONDS });
  await starling.send(requests, { connections, seconds: WARM_UP_SECONDS });
  const rounds: Measurement[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(
      await measure(starling, postmaster, () =>
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
  const starling = await startContender('starling', instances, databaseUrl, folder);
  try {
    return await work(starling);
  } finally {
    await starling.stop();
  }
}
