import { fillPages } from '../../../scripts/pages/page-filling';
import { queryOnce } from '../../../scripts/shared/single-query';

const LANES = 2;

/** Empties `product_pages`, so that every first page is rendered from its reviews. */
export async function forgetStoredPages(databaseUrl: string): Promise<void> {
  await queryOnce(databaseUrl, 'TRUNCATE product_pages');
}

/**
 * Stores every product's first page, as `npm run pages` does. Requests would take much longer: an
 * instance stores pages in the background and leaves out what exceeds its queue.
 *
 * @returns the part of the products (0–1) whose page is stored
 */
export async function storeAllPages(databaseUrl: string): Promise<number> {
  await fillPages(databaseUrl, { lanes: LANES });
  const [part] = await queryOnce<{ stored: string }>(
    databaseUrl,
    `SELECT count(p.version)::float8 / greatest(1, count(*)) AS stored
     FROM product_summaries AS s LEFT JOIN product_pages AS p USING (product_id, version)`,
  );
  return Number(part!.stored);
}
