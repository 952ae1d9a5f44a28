import { reviewsPath } from './requests';

const DEEP_PAGES = 50;

/**
 * Pages 2 to 51 of `products`, newest first, by their cursors. Cursors are signed, so they come
 * from an instance over the same database.
 */
export async function collectDeepPaths(
  url: string,
  products: readonly string[],
): Promise<string[]> {
  const paths: string[] = [];
  for (const product of products)
    paths.push(...(await pathsOfPages(url, product, DEEP_PAGES + 1)).slice(1));
  return paths;
}

/**
 * The first `pagesMax` pages of a product, newest first, by their cursors; fewer if it has fewer.
 */
export async function pathsOfPages(
  url: string,
  product: string,
  pagesMax: number,
): Promise<string[]> {
  const first = reviewsPath(product, '?sort=newest');
  const paths = [first];
  while (paths.length < pagesMax) {
    const response = await fetch(`${url}${paths.at(-1)}`);
    const { next_cursor } = (await response.json()) as { next_cursor: string | null };
    if (!next_cursor) break;
    paths.push(`${first}&cursor=${next_cursor}`);
  }
  return paths;
}
