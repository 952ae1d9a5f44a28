import { createBatchColumns } from '../platform/db/batch-columns';
import type { BatchMetrics } from '../platform/db/batch-metrics';
import { createReadBatcher, type Freshness, type ReadDatabases } from '../platform/db/read-batcher';
import type { Statement, TextDatabase, TextRow } from '../platform/db/statement';

/** A product's row. `ratings[0]` counts one-star reviews; `characteristics` holds sums. */
export interface ProductSummary {
  version: string;
  ratings: readonly number[];
  recommendedYes: number;
  recommendedNo: number;
  verifiedCount: number;
  photoCount: number;
  characteristics: Readonly<Record<string, { sum: number; count: number }>>;
}

/**
 * The memory that a summary takes: the row (measured 210), and each characteristic with its sums
 * (42, more for long names).
 */
export function bytesOfSummary(summary: ProductSummary | null): number {
  return summary === null ? 0 : 250 + 100 * Object.keys(summary.characteristics).length;
}

export interface SummaryRepository {
  /** null: nobody has reviewed the product. */
  find(productId: string, freshness: Freshness): Promise<ProductSummary | null>;
}

/**
 * Concurrent reads go to the database as one statement. A batch has room for a listing page's
 * hundred products.
 */
export function createSummaryRepository(
  databases: ReadDatabases,
  stats: BatchMetrics,
): SummaryRepository {
  const finder = createReadBatcher({
    databases,
    identify: FIND_SUMMARIES_COLUMNS.identify,
    runMany: findSummaries,
    batchSizeMax: 200,
    stats: stats.of(FIND_SUMMARIES_STATEMENT.name),
  });
  return { find: finder.run };
}

const FIND_SUMMARIES_COLUMNS = createBatchColumns<string>([
  { name: 'product_id', type: 'text', value: (productId) => productId },
]);

/** By primary key. */
export const FIND_SUMMARIES_STATEMENT: Statement = {
  name: 'find_summaries',
  text: `
    SELECT k.n, s.version, s.rating_1, s.rating_2, s.rating_3, s.rating_4, s.rating_5,
           s.recommended_yes, s.recommended_no, s.verified_count, s.photo_count, s.characteristics
    FROM ${FIND_SUMMARIES_COLUMNS.rowsAs('k')}
    JOIN product_summaries AS s ON s.product_id = k.product_id`,
};

async function findSummaries(
  reads: TextDatabase,
  productIds: string[],
): Promise<(ProductSummary | null)[]> {
  const found = productIds.map((): ProductSummary | null => null);
  const values = FIND_SUMMARIES_COLUMNS.valuesOf(productIds);
  for (const [n, ...row] of await reads.queryText(FIND_SUMMARIES_STATEMENT, values)) {
    found[Number(n) - 1] = toSummary(row);
  }
  return found;
}

function toSummary([
  version,
  r1,
  r2,
  r3,
  r4,
  r5,
  yes,
  no,
  verified,
  photos,
  characteristics,
]: TextRow): ProductSummary {
  return {
    version: version!,
    ratings: [r1, r2, r3, r4, r5].map(Number),
    recommendedYes: Number(yes),
    recommendedNo: Number(no),
    verifiedCount: Number(verified),
    photoCount: Number(photos),
    characteristics: JSON.parse(characteristics!),
  };
}
