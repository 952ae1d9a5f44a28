import { Client } from 'pg';
import { DERIVED_SESSION, READ_SESSION } from '../../src/platform/db/pools';
import { findSecret } from '../../src/platform/db/secret-repository';
import type { Statement, TextDatabase } from '../../src/platform/db/statement';
import { sendText } from '../../src/platform/db/text-query';
import { FIRST_PAGE_SORT, firstPageOf, firstPageRequest } from '../../src/reviews/first-page';
import { type StoredPage, upsertPages } from '../../src/reviews/page-repository';
import { type CursorCodec, createCursorCodec } from '../../src/reviews/review-cursor';
import { LISTING_STATEMENTS, listReviews } from '../../src/reviews/review-repository';
import type { SegmentBounds } from '../../src/reviews/segment-bounds';
import { listSegments } from '../segments/segment-list';
import { freezeRows } from '../shared/table-upkeep';

/**
 * Stores the first page of every product whose stored page is missing or older than its summary, so
 * that a database serves at full speed from its first request on.
 *
 * Algorithm: segment by segment, the last one first, because it was loaded last and is in the
 * kernel's cache. In each, the products go in the order of their keys, `BATCH` at a time: find those
 * without a page, list their first reviews, render the pages, store them. These are the statements
 * and functions of the service, so a stored page is byte for byte what an instance would store.
 * VACUUM follows each segment while its pages are in memory.
 *
 * Writes may come meanwhile. A page has the version that its reviews had in the same snapshot. The
 * statement that stores it replaces only older pages, and readers use a page only at its product's
 * version. So a page that a write has overtaken is never shown.
 *
 * Bound: one batch of pages per lane is in memory, about a megabyte. Failure: the pages stored by
 * then stay, and the next run stores the others.
 */
export interface PageFilling {
  /** How many segments to work on at once. */
  lanes: number;
  signal?: AbortSignal;
  /** After each batch. `missing`: how many pages were missing at the start. */
  onProgress?(filled: FilledPages, missing: number): void;
}

export interface FilledPages {
  pages: number;
  /** Of their JSON. */
  bytes: number;
  seconds: number;
}

/** Starting a statement over all segments costs as much as three listings. */
const BATCH = 200;

/** @throws the signal's reason when it aborts */
export async function fillPages(
  databaseUrl: string,
  { lanes, signal, onProgress }: PageFilling,
): Promise<FilledPages> {
  const started = performance.now();
  const filled: FilledPages = { pages: 0, bytes: 0, seconds: 0 };
  const add = (pages: StoredPage[], missing: number) => {
    filled.pages += pages.length;
    filled.bytes += pages.reduce((sum, { page }) => sum + Buffer.byteLength(page), 0);
    filled.seconds = (performance.now() - started) / 1000;
    onProgress?.(filled, missing);
  };
  await withClients(databaseUrl, async ({ reading, writing }) => {
    const missing = await countMissing(reading);
    const cursors = createCursorCodec(await findSecret(reading, 'cursors'));
    const segments = missing > 0 ? (await listSegments(reading)).reverse() : [];
    const failed = new AbortController();
    const work = async (clients: Clients) => {
      for (let segment = segments.shift(); segment; segment = segments.shift()) {
        for await (const pages of fillSegment(clients, segment, cursors)) {
          signal?.throwIfAborted();
          failed.signal.throwIfAborted(); // the failure of one lane ends the others
          add(pages, missing);
        }
        await freezeRows(clients.writing, ['product_pages'], 'SKIP_LOCKED');
      }
    };
    const lane = () =>
      withClients(databaseUrl, work).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      });
    await Promise.all(Array.from({ length: Math.min(lanes, segments.length) }, lane));
    if (filled.pages > 0) await freezeRows(writing, ['product_pages'], 'ANALYZE');
    filled.seconds = (performance.now() - started) / 1000;
  });
  return filled;
}

interface Clients {
  reading: Client;
  writing: Client;
}

async function withClients(
  databaseUrl: string,
  work: (clients: Clients) => Promise<void>,
): Promise<void> {
  const [reading, writing] = [READ_SESSION, DERIVED_SESSION].map((options) => {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: 'starling-pages',
      options,
    });
    return client.on('error', () => {}); // reported by the next statement
  }) as [Client, Client];
  try {
    await Promise.all([reading.connect(), writing.connect()]);
    await work({ reading, writing });
  } finally {
    await Promise.allSettled([reading.end(), writing.end()]);
  }
}

/** A product whose page is missing, or was made at another version. */
const IS_MISSING = `NOT EXISTS (
  SELECT FROM product_pages AS p WHERE p.product_id = s.product_id AND p.version = s.version)`;

async function countMissing(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) AS count FROM product_summaries AS s WHERE ${IS_MISSING}`,
  );
  return Number(rows[0]!.count);
}

/** By the primary keys of both tables, from one product on. */
const LIST_MISSING_STATEMENT: Statement = {
  name: 'list_missing_pages',
  text: `
    SELECT s.product_id FROM product_summaries AS s
    WHERE s.product_id >= $1 AND s.product_id < $2 AND ${IS_MISSING}
    ORDER BY s.product_id LIMIT $3`,
};

/** Greater than every key: keys are ASCII, and none has a character above z. */
const AFTER_ALL = '~';
/** With it, a key becomes the next possible one: no character of a key is as low. */
const NEXT = ' ';

/** Yields the pages of each batch once they are stored. */
async function* fillSegment(
  { reading, writing }: Clients,
  { from = '', to = AFTER_ALL }: SegmentBounds,
  cursors: CursorCodec,
): AsyncGenerator<StoredPage[]> {
  const reads = textDatabase(reading);
  const writes = textDatabase(writing);
  for (let next = from; ; ) {
    const rows = await reads.queryText(LIST_MISSING_STATEMENT, [next, to, BATCH]);
    if (rows.length === 0) return;
    const products = rows.map(([productId]) => productId!);
    const pages = await renderPages(reads, products, cursors);
    await upsertPages(writes, pages);
    yield pages;
    next = products.at(-1)! + NEXT;
  }
}

/** A product whose summary was deleted meanwhile has no page. */
async function renderPages(
  reads: Pick<TextDatabase, 'queryText'>,
  products: string[],
  cursors: CursorCodec,
): Promise<StoredPage[]> {
  const listing = LISTING_STATEMENTS[FIRST_PAGE_SORT];
  const listed = await listReviews(reads, listing, products.map(firstPageRequest));
  return listed.flatMap(({ version, reviews }, index) => {
    const productId = products[index]!;
    if (version === null) return [];
    return [{ productId, version, page: firstPageOf(cursors, productId, reviews) }];
  });
}

function textDatabase(client: Client): Pick<TextDatabase, 'queryText'> {
  return { queryText: (statement, values) => sendText(client, statement, values) };
}
