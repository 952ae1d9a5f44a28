import { createGroupCommit } from './platform/db/group-commit';
import type { Pools } from './platform/db/pools';
import { createTextConnections } from './platform/db/text-connections';
import { createReviewWriter } from './reviews/review-writer';
import { changeSummariesOf, countingOf, raiseVersions } from './summaries/summary-writer';
import { createReportWriter } from './votes/report-writer';
import { createVoteWriter } from './votes/vote-writer';

interface WriteQueuesDeps {
  writes: Pools['writes'];
  reportersToHide: number;
  /**
   * Told which products were written to; also when that failed, since nobody knows whether it was
   * committed.
   */
  dropProducts(productIds: readonly string[]): void;
}

/** What shoppers write: a queue each, whose batches are committed together. */
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
    reviews: queueOf(createReviewWriter({ writes, batches: reviewBatches, countingOf })),
    votes: queueOf(createVoteWriter({ writes, raiseVersions })),
    reports: queueOf(
      createReportWriter({
        writes,
        reportersToHide,
        removeFromSummaries: (client, hidden) => changeSummariesOf(client, hidden, -1),
      }),
    ),
  };

  /** Waits for what is queued; what comes now is refused. */
  async function drain(): Promise<void> {
    await Promise.all(Object.values(queues).map((queue) => queue.drain()));
    reviewBatches.close();
  }

  return { queues, drain };
}
