import type { Freshness } from '../platform/db/read-batcher';
import type { Kept, ReadCache } from '../platform/db/read-cache';
import type { ProductSummary, SummaryRepository } from './summary-repository';

export interface SummaryServiceDeps {
  summaries: SummaryRepository;
  /** Summaries by product, for reads that need not be fresh. */
  cache: ReadCache<ProductSummary | null>;
}

/** `readAtMs` is undefined if the read began after the request came. */
export type ReadSummary = Pick<Kept<ProductSummary | null>, 'value'> & { readAtMs?: number };

export interface SummaryService {
  readSummary(productId: string, freshness: Freshness): ReadSummary | Promise<ReadSummary>;
  /** Bypasses the cache, for the legacy contract. null: nobody has reviewed the product. */
  findSummary: SummaryRepository['find'];
}

export function createSummaryService({ summaries, cache }: SummaryServiceDeps): SummaryService {
  const findCached = (productId: string) => summaries.find(productId, 'cached');

  async function findFresh(productId: string): Promise<ReadSummary> {
    return { value: await summaries.find(productId, 'fresh') };
  }

  return {
    readSummary: (productId, freshness) =>
      freshness === 'fresh' ? findFresh(productId) : cache.read(productId, findCached),
    findSummary: summaries.find,
  };
}
