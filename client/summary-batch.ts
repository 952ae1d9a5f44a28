import type { Summary } from './contract-types.ts';
import { StarlingError } from './starling-error.ts';

/** As many as one request may name. */
const PRODUCTS_MAX = 100;

/**
 * The service refuses what the request says, not who sends it or how often: a smaller batch may be
 * taken.
 */
const SPLIT_STATUSES: readonly (number | null)[] = [400, 404, 413, 414, 422, 431];

interface Waiting {
  promise: Promise<Summary>;
  resolve(summary: Summary): void;
  reject(error: unknown): void;
}

export interface SummaryBatchDeps {
  /** @throws StarlingError */
  readMany(productIds: string[]): Promise<Summary[]>;
  /** Asked before each split, which costs a request more. */
  maySplit(): boolean;
}

/**
 * Many calls, one request: whatever is asked for in one turn of the event loop goes together, each
 * product once, up to a hundred a request.
 *
 * Failure: a batch that the service refuses for what it holds is asked for in halves, until the
 * product that it refuses stands alone; one bad product of a hundred costs seven splits. Any other
 * failure, and a refusal when `maySplit` says no, fails the calls of the batch, and no other.
 */
export function createSummaryBatch({
  readMany,
  maySplit,
}: SummaryBatchDeps): (productId: string) => Promise<Summary> {
  let waiting = new Map<string, Waiting>();

  function flush(): void {
    const all = [...waiting];
    waiting = new Map();
    for (let first = 0; first < all.length; first += PRODUCTS_MAX)
      void send(all.slice(first, first + PRODUCTS_MAX));
  }

  async function send(batch: [string, Waiting][]): Promise<void> {
    try {
      const summaries = await readMany(batch.map(([productId]) => productId));
      const byProduct = new Map(summaries.map((summary) => [summary.product_id, summary]));
      for (const [productId, { resolve, reject }] of batch) {
        const summary = byProduct.get(productId);
        if (summary) resolve(summary);
        else reject(new StarlingError(`The answer has no summary of ${productId}`, null, null, 1));
      }
    } catch (error) {
      if (batch.length > 1 && isAboutItsContent(error) && maySplit()) {
        const half = Math.ceil(batch.length / 2);
        await Promise.all([send(batch.slice(0, half)), send(batch.slice(half))]);
        return;
      }
      for (const [, { reject }] of batch) reject(error);
    }
  }

  return (productId) => {
    const same = waiting.get(productId);
    if (same) return same.promise;
    if (waiting.size === 0) setTimeout(flush, 0);
    let settle: Omit<Waiting, 'promise'> | undefined;
    const promise = new Promise<Summary>((resolve, reject) => {
      settle = { resolve, reject };
    });
    waiting.set(productId, { promise, ...settle! });
    return promise;
  };
}

function isAboutItsContent(error: unknown): boolean {
  return error instanceof StarlingError && SPLIT_STATUSES.includes(error.status);
}
