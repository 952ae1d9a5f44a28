import { createHash } from 'node:crypto';
import type { Router } from 'express';
import { knownVersion, sendPublic } from '../platform/http/conditional';
import { freshnessOf } from '../platform/http/fresh-reads';
import { createOperationRouter } from '../platform/http/operation-router';
import { summaryOperations } from './summary-contract';
import { NEVER_REVIEWED, renderSummary } from './summary-rendering';
import type { ReadSummary, SummaryService } from './summary-service';

export function createSummaryRouter({ readSummary }: Pick<SummaryService, 'readSummary'>): Router {
  return createOperationRouter(summaryOperations, {
    async readSummary({ params: { product_id } }, request, response) {
      const { value: summary, readAtMs } = await readSummary(product_id, freshnessOf(request));
      const version = summary?.version ?? NEVER_REVIEWED;
      const isKnown = version === knownVersion(request);
      const body = isKnown ? null : JSON.stringify(renderSummary(product_id, summary));
      sendPublic(request, response, { version, body, products: [product_id], readAtMs });
    },

    async readSummaries({ query: { product_ids } }, request, response) {
      const freshness = freshnessOf(request);
      const reads = await Promise.all(product_ids.map((id) => readSummary(id, freshness)));
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
function versionOfSet(productIds: string[], summaries: ReadSummary['value'][]): string {
  const versions = productIds.map(
    (id, index) => `${id} ${summaries[index]?.version ?? NEVER_REVIEWED}`,
  );
  return createHash('sha256').update(versions.join('\n')).digest('base64url').slice(0, 22);
}
