import type { BatchMetrics } from './platform/db/batch-metrics';
import type { Pools } from './platform/db/pools';
import { createReadCache } from './platform/db/read-cache';
import type { CacheStats } from './platform/telemetry/cache-metrics';
import type { Logger } from './platform/telemetry/logger';
import { createPageRepository } from './reviews/page-repository';
import type { CursorCodec } from './reviews/review-cursor';
import { createReviewRepository } from './reviews/review-repository';
import { bytesOfPage, createReviewService } from './reviews/review-service';
import { createSegmentMap } from './reviews/segment-map';
import { findAttachedSegments } from './reviews/segment-repository';
import { bytesOfSummary, createSummaryRepository } from './summaries/summary-repository';
import { createSummaryService } from './summaries/summary-service';

const PAGES_BYTES_MAX = 5_000_000;
const SUMMARIES_BYTES_MAX = 1_000_000;

interface ReadsDeps {
  pools: Pools;
  cursors: CursorCodec;
  batches: BatchMetrics;
  logger: Logger;
}

/**
 * The reads of shoppers. A cached read goes to this instance's caches and to replicas, a fresh one
 * to the primary (platform/http/fresh-reads.ts).
 */
export function createReads({ pools, cursors, batches, logger }: ReadsDeps) {
  const databases = { cached: pools.publicReads, fresh: pools.freshReads };
  const segments = createSegmentMap(
    () => findAttachedSegments(pools.reads),
    () => performance.now(),
    (err) => logger.warn({ err }, 'could not read the segments; reading reviews as one table'),
  );
  const storedPages: CacheStats = { hits: 0, misses: 0 };
  const pageCache = createReadCache({ bytesMax: PAGES_BYTES_MAX, bytesOf: bytesOfPage });
  const summaryCache = createReadCache({ bytesMax: SUMMARIES_BYTES_MAX, bytesOf: bytesOfSummary });

  return {
    reviews: createReviewService({
      reviews: createReviewRepository(databases, segments, batches),
      pages: createPageRepository(databases, pools.derivedWrites, logger, {
        batches,
        pages: storedPages,
      }),
      cursors,
      cache: pageCache,
    }),
    summaries: createSummaryService({
      summaries: createSummaryRepository(databases, batches),
      cache: summaryCache,
    }),
    /**
     * Call it after every change of what shoppers see. This instance shows the change from the next
     * read on, the others within a second.
     */
    dropProducts(productIds: readonly string[]): void {
      pageCache.drop(productIds);
      summaryCache.drop(productIds);
    },
    cacheStats: {
      first_pages: storedPages,
      pages_read: pageCache.stats,
      summaries_read: summaryCache.stats,
    },
  };
}
