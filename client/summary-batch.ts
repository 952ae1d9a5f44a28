import type { Summary } from './contract-types.ts';
import { StarlingError } from './starling-error.ts';

/** The most products that one request may name. */
const PRODUCTS_MAX = 100;

/**
 * With these the service refuses a request for its content, not for its sender or rate, so it may
 * accept a part of the batch.
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
  /** Called before each split, because a split costs one more request. */
  maySplit(): boolean;
}

/**
 * Combines calls into requests: all products that are asked for in one turn of the event loop go
 * together, each once, up to a hundred per request.
 *
 * Failure: when the service refuses a batch for its content, each half is sent again, until the
 * refused product is alone; one bad product of a hundred costs seven splits. Any other failure, and a
 * refusal when `maySplit` returns false, fails the calls of that batch and no others.
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
