import type { Summary } from './contract-types.ts';

/** As many as one request may name. */
const PRODUCTS_MAX = 100;

interface Waiting {
  promise: Promise<Summary>;
  resolve(summary: Summary): void;
  reject(error: unknown): void;
}

/**
 * Many calls, one request: whatever is asked for in one turn of the event loop goes together, each product once, up to a hundred a
 * request. A request that fails fails the calls that were in it, and no other.
 */
export function createSummaryBatch(
  readMany: (productIds: string[]) => Promise<Summary[]>,
): (productId: string) => Promise<Summary> {
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
        else reject(new Error(`The answer has no summary of ${productId}`));
      }
    } catch (error) {
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
