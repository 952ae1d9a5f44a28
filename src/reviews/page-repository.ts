import { LRUCache } from 'lru-cache';
import { createBatchColumns } from '../platform/db/batch-columns';
import type { BatchMetrics } from '../platform/db/batch-metrics';
import { createBatcher, OverloadedError } from '../platform/db/batcher';
import { createReadBatcher, type Freshness, type ReadDatabases } from '../platform/db/read-batcher';
import type { Statement, TextDatabase } from '../platform/db/statement';
import type { EncodedText } from '../platform/encoded-text';
import type { CacheStats } from '../platform/telemetry/cache-metrics';
import type { Logger } from '../platform/telemetry/logger';

/** A product's first page in the default order, rendered at `version`. */
export interface StoredPage {
  productId: string;
  version: string;
  page: string;
}

export interface PageRequest {
  productId: string;
  knownVersion: string | null;
}

/**
 * `page` is null if it is missing, older than `version`, or known to the client. `version` is null
 * if nobody has reviewed the product.
 */
export interface FoundPage {
  version: string | null;
  page: EncodedText | null;
}

export interface PageRepository {
  find(request: PageRequest, freshness: Freshness): Promise<FoundPage>;
  /**
   * Stores a page in the background, together with others, from the second call for a product on:
   * most products are asked for once, and a crawler that reads all of them must not write. If
   * storing fails, the next read renders the page again.
   */
  save(page: StoredPage): void;
}

/**
 * The products whose page an instance remembers to have rendered. Each takes about 150 bytes
 * (lru-cache's two lists and a map), so all take 1.5 MB.
 */
const RENDERED_MAX = 10_000;

/** An instance finds and stores pages in batches, each one statement. It stores one batch at a time. */
export function createPageRepository(
  databases: ReadDatabases,
  writes: TextDatabase,
  logger: Logger,
  stats: { batches: BatchMetrics; pages: CacheStats },
): PageRepository {
  const finder = createReadBatcher({
    databases,
    identify: FIND_PAGES_COLUMNS.identify,
    runMany: (reads, requests: PageRequest[]) => findPages(reads, requests, stats.pages),
    stats: stats.batches.of(FIND_PAGES_STATEMENT.name),
  });
  const rendered = new LRUCache<string, true>({ max: RENDERED_MAX });
  const saver = createBatcher<StoredPage, undefined>({
    identify: ({ productId, version }) => `${productId} ${version}`,
    runMany: (pages) => upsertPages(writes, pages),
    stats: stats.batches.of(UPSERT_PAGES_STATEMENT.name),
    inFlightMax: 1,
    queueMax: 500,
  });

  function save(page: StoredPage): void {
    const { productId } = page;
    if (!rendered.get(productId)) {
      rendered.set(productId, true);
      return;
    }
    saver.run(page).catch((error: unknown) => {
      if (!(error instanceof OverloadedError))
        logger.warn({ err: error }, 'could not store first pages');
    });
  }

  return { find: finder.run, save };
}

const FIND_PAGES_COLUMNS = createBatchColumns<PageRequest>([
  { name: 'product_id', type: 'text', value: ({ productId }) => productId },
  { name: 'known_version', type: 'bigint', value: ({ knownVersion }) => knownVersion },
]);

/** Uses two primary keys and touches no segment, so its cost does not depend on their number. */
export const FIND_PAGES_STATEMENT: Statement = {
  name: 'find_pages',
  text: `
    SELECT k.n, s.version, p.page
    FROM ${FIND_PAGES_COLUMNS.rowsAs('k')}
    JOIN product_summaries AS s ON s.product_id = k.product_id
    LEFT JOIN product_pages AS p
      ON p.product_id = s.product_id AND p.version = s.version AND s.version IS DISTINCT FROM k.known_version`,
};

async function findPages(
  reads: TextDatabase,
  requests: PageRequest[],
  stats: CacheStats,
): Promise<FoundPage[]> {
  const rows = await reads.queryEncoded(
    FIND_PAGES_STATEMENT,
    FIND_PAGES_COLUMNS.valuesOf(requests),
  );
  const found = requests.map((): FoundPage => ({ version: null, page: null }));
  for (const [n, versionRead, page = null] of rows) {
    const index = Number(n!.bytes) - 1; // digits are one byte each
    const version = versionRead!.bytes;
    found[index] = { version, page };
    if (page !== null) stats.hits += 1;
    else if (version !== requests[index]!.knownVersion) stats.misses += 1;
  }
  return found;
}

const PAGE_COLUMNS = createBatchColumns<StoredPage>([
  { name: 'product_id', type: 'text', value: ({ productId }) => productId },
  { name: 'version', type: 'bigint', value: ({ version }) => version },
  { name: 'page', type: 'text', value: ({ page }) => page, sentAs: 'json' },
]);

/**
 * Stores pages in the order of their products, so that two instances that store the same products
 * cannot deadlock. Never replaces a newer page.
 */
const UPSERT_PAGES_STATEMENT: Statement = {
  name: 'upsert_pages',
  text: `
    INSERT INTO product_pages AS p (${PAGE_COLUMNS.names})
    SELECT ${PAGE_COLUMNS.names} FROM ${PAGE_COLUMNS.inputAs('k')}
    ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, page = excluded.page
    WHERE p.version < excluded.version`,
};

export async function upsertPages(
  writes: Pick<TextDatabase, 'queryText'>,
  pages: StoredPage[],
): Promise<undefined[]> {
  const newest = new Map(pages.map((page) => [page.productId, page]));
  const sorted = [...newest.values()].sort((a, b) => (a.productId < b.productId ? -1 : 1));
  await writes.queryText(UPSERT_PAGES_STATEMENT, PAGE_COLUMNS.valuesOf(sorted));
  return pages.map(() => undefined);
}
