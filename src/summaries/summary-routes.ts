import { createHash } from 'node:crypto';
import type { Router } from 'express';
import type { ReadCache } from '../platform/db/read-cache';
import { knownVersion, sendPublic } from '../platform/http/conditional';
import { createOperationRouter } from '../platform/http/operation-router';
import { summaryOperations } from './summary-contract';
import { NEVER_REVIEWED, renderSummary } from './summary-rendering';
import type { ProductSummary } from './summary-repository';

export interface SummaryRouterDeps {
  findSummary(productId: string): Promise<ProductSummary | null>;
  /** Summaries, by product; null: every one is asked of the database. */
  cache: ReadCache<ProductSummary | null> | null;
}

interface ReadSummary {
  value: ProductSummary | null;
  /** undefined: after the request came. */
  readAtMs?: number;
}

export function createSummaryRouter({ findSummary, cache }: SummaryRouterDeps): Router {
  const readSummary = (productId: string): ReadSummary | Promise<ReadSummary> =>
    cache
      ? cache.read(productId, findSummary)
      : findSummary(productId).then((value) => ({ value }));

  return createOperationRouter(summaryOperations, {
    async readSummary({ params: { product_id } }, request, response) {
      const { value: summary, readAtMs } = await readSummary(product_id);
      const version = summary?.version ?? NEVER_REVIEWED;
      const isKnown = version === knownVersion(request);
      const body = isKnown ? null : JSON.stringify(renderSummary(product_id, summary));
      sendPublic(request, response, { version, body, products: [product_id], readAtMs });
    },

    async readSummaries({ query: { product_ids } }, request, response) {
      const reads = await Promise.all(product_ids.map(readSummary));
      const summaries = reads.map(({ value }) => value);
      const rendered = product_ids.map((id, index) => renderSummary(id, summaries[index] ?? null));
      sendPublic(request, response, {
        version: versionOfSet(product_ids, summaries),
        body: JSON.stringify({ summaries: rendered }),
        products: product_ids,
        readAtMs: oldestOf(reads),
      });
    },
  });
}

function oldestOf(reads: readonly ReadSummary[]): number | undefined {
  const times = reads.flatMap(({ readAtMs }) => readAtMs ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Changes when one of the products does. Not a number: it is no version of one product. */
function versionOfSet(productIds: string[], summaries: (ProductSummary | null)[]): string {
  const versions = productIds.map(
    (id, index) => `${id} ${summaries[index]?.version ?? NEVER_REVIEWED}`,
  );
  return createHash('sha256').update(versions.join('\n')).digest('base64url').slice(0, 22);
}
