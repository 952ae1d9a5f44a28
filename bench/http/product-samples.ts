import { Client } from 'pg';
import { buildWorkloads, type Workload, type WorkloadName } from './workloads';

const PRODUCTS_MAX = 200_000;
const DEEP_PAGES = 50;
const DEEP_PRODUCTS = 20;

/** Whom a database's workloads ask about. */
export interface ProductSamples {
  /** Spread over the whole key range, whatever the table's size. */
  productIds: string[];
  /** The most reviewed, most first. */
  largest: string[];
  /** Of the database. */
  productCount: number;
}

/** @throws an Error of one line when the database holds no reviews */
export async function sampleProducts(databaseUrl: string): Promise<ProductSamples> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const count = await client.query<{ products: number }>(
      'SELECT count(*)::int AS products FROM product_summaries',
    );
    const productCount = count.rows[0]!.products;
    if (productCount === 0)
      throw new Error('The database holds no reviews: npm run seed -- --reviews 1M');
    const sample = await client.query<{ product_id: string }>(
      'SELECT product_id FROM product_summaries WHERE hashtext(product_id) % greatest(1, $2::int / $1::int) = 0',
      [PRODUCTS_MAX, productCount],
    );
    const large = await client.query<{ product_id: string }>(
      `SELECT product_id FROM product_summaries
       ORDER BY rating_1 + rating_2 + rating_3 + rating_4 + rating_5 DESC LIMIT $1`,
      [DEEP_PRODUCTS],
    );
    return {
      productIds: sample.rows.map((row) => row.product_id),
      largest: large.rows.map((row) => row.product_id),
      productCount,
    };
  } finally {
    await client.end();
  }
}

/** `url`: of an instance over the same database, which tells the cursors of deep pages. */
export async function workloadsFor(
  samples: ProductSamples,
  url: string,
  writeKey: string | null = null,
): Promise<Record<WorkloadName, Workload>> {
  const deepPaths: string[] = [];
  for (const productId of samples.largest) {
    deepPaths.push(...(await pathsOfPages(url, productId, DEEP_PAGES)).slice(1));
  }
  const hotPath = `/v1/products/${samples.largest[0]}/reviews`;
  return buildWorkloads(samples.productIds, hotPath, deepPaths, writeKey);
}

/**
 * The first `pagesMax` pages of a product, newest first, by their cursors; fewer if it has fewer.
 */
export async function pathsOfPages(
  url: string,
  productId: string,
  pagesMax: number,
): Promise<string[]> {
  const first = `/v1/products/${productId}/reviews?sort=newest`;
  const paths = [first];
  while (paths.length < pagesMax) {
    const response = await fetch(`${url}${paths.at(-1)}`);
    const { next_cursor } = (await response.json()) as { next_cursor: string | null };
    if (!next_cursor) break;
    paths.push(`${first}&cursor=${next_cursor}`);
  }
  return paths;
}
