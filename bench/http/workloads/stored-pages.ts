import { Client } from 'pg';
import type { HttpContender } from '../contenders/contender';
import { sendLoad } from '../load/load';
import { get, reviewsPath } from './requests';

/** An hour: all pages of 30 M reviews take minutes. */
const PASS_SECONDS_MAX = 3_600;
const PASSES_MAX = 6;
const CONNECTIONS = 64;

/** Empties `product_pages`, so that every first page is rendered from its reviews. */
export async function forgetStoredPages(databaseUrl: string): Promise<void> {
  await query(databaseUrl, 'TRUNCATE product_pages');
}

/**
 * Asks for every product's first page until all of them are stored at their product's version. It
 * takes several passes: an instance stores pages in the background and leaves out what exceeds its
 * queue.
 *
 * @returns the part of the products (0–1) whose page is stored
 */
export async function storeAllPages({ url, databaseUrl, name }: HttpContender): Promise<number> {
  let missing = await listMissing(databaseUrl!);
  for (let pass = 1; pass <= PASSES_MAX && missing.length > 0; pass += 1) {
    process.stderr.write(`${name}: storing ${missing.length} first pages\n`);
    const requests = missing.map((product) => get(reviewsPath(product)));
    await sendLoad(url, requests, {
      connections: CONNECTIONS,
      seconds: PASS_SECONDS_MAX,
      once: true,
    });
    missing = await listMissing(databaseUrl!);
  }
  const [all] = await query<{ count: string }>(
    databaseUrl!,
    'SELECT count(*) FROM product_summaries',
  );
  return 1 - missing.length / Number(all!.count);
}

async function listMissing(databaseUrl: string): Promise<string[]> {
  const rows = await query<{ product_id: string }>(
    databaseUrl,
    `SELECT s.product_id FROM product_summaries AS s LEFT JOIN product_pages AS p USING (product_id)
     WHERE p.version IS DISTINCT FROM s.version`,
  );
  return rows.map((row) => row.product_id);
}

async function query<Row extends object>(databaseUrl: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}
