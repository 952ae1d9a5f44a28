import { Histogram } from '../telemetry/histogram';
import { counter, gauge, histogram, type Metric } from '../telemetry/metrics';

const ITEMS_BOUNDS = [1, 2, 5, 10, 25, 50, 100, 200];
const SECONDS_BOUNDS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** The counts of one write queue. */
export class CommitStats {
  readonly items = new Histogram(ITEMS_BOUNDS);
  readonly seconds = new Histogram(SECONDS_BOUNDS);
  retries = 0;
  failed = 0;
  refused = 0;

  constructor(readonly queueLength: () => number) {}
}

/** @param queues by the value of the label of their metrics */
export function commitMetrics(queues: Readonly<Record<string, { stats: CommitStats }>>): Metric[] {
  return Object.entries(queues).flatMap(([queue, { stats }]) => [
    gauge('commit_queue_length', 'Writes that wait', stats.queueLength(), { queue }),
    histogram('commit_items', 'Writes in one transaction', stats.items, { queue }),
    histogram(
      'commit_seconds',
      'Time from taking a batch from the queue to its commit',
      stats.seconds,
      { queue },
    ),
    counter('commit_retries_total', 'Batches tried again after a lost race', stats.retries, {
      queue,
    }),
    counter('commit_failed_total', 'Writes answered with an error of the database', stats.failed, {
      queue,
    }),
    counter('commit_refused_total', 'Writes refused: the queue is full or closing', stats.refused, {
      queue,
    }),
  ]);
}
