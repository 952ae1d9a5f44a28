import { createGroupCommit } from './platform/db/group-commit';
import type { Pools } from './platform/db/pools';
import { createTextConnections } from './platform/db/text-connections';
import type { Logger } from './platform/telemetry/logger';
import { createReviewWriter, deleteOldIdempotencyKeys } from './reviews/review-writer';
import { createReportWriter } from './votes/report-writer';
import { createVoteWriter } from './votes/vote-writer';

const KEY_EXPIRY_INTERVAL_MS = 600_000;

interface WriteQueuesDeps {
  writes: Pools['writes'];
  reportersToHide: number;
  /**
   * Called after each batch with the products that it wrote to. Also after a batch that failed:
   * it may have been committed.
   */
  dropProducts(productIds: readonly string[]): void;
}

/** One write queue each for reviews, votes and reports; group commit writes their batches. */
export function createWriteQueues({ writes, reportersToHide, dropProducts }: WriteQueuesDeps) {
  function queueOf<Command extends { productId: string }, Outcome>(
    write: (commands: Command[]) => Promise<Outcome[]>,
  ) {
    return createGroupCommit({
      write: (commands: Command[]) =>
        write(commands).finally(() => dropProducts(commands.map(({ productId }) => productId))),
    });
  }

  const reviewBatches = createTextConnections(writes);
  const queues = {
    reviews: queueOf(createReviewWriter({ writes, batches: reviewBatches })),
    votes: queueOf(createVoteWriter(writes)),
    reports: queueOf(createReportWriter({ writes, reportersToHide })),
  };
  /** Resolves when all queued commands are written. The queues reject new ones. */
  async function drain(): Promise<void> {
    await Promise.all(Object.values(queues).map((queue) => queue.drain()));
    reviewBatches.close();
  }

  return { queues, drain };
}

/** Deletes expired Idempotency-Keys every ten minutes. @returns stops it */
export function startKeyExpiry(writes: Pools['writes'], logger: Logger): () => void {
  const timer = setInterval(() => {
    deleteOldIdempotencyKeys(writes).catch((error) =>
      logger.warn({ err: error }, 'could not expire keys'),
    );
  }, KEY_EXPIRY_INTERVAL_MS).unref();
  return () => clearInterval(timer);
}
