import { Histogram } from '../telemetry/histogram';
import { counter, gauge, histogram, type Metric } from '../telemetry/metrics';

const ITEMS_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 200];
const SECONDS_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1];

/**
 * Counts of the batchers of one statement: per batch, and per item only for what is out of the
 * ordinary.
 */
export class BatchStats {
  readonly items = new Histogram(ITEMS_BOUNDS);
  readonly waitSeconds = new Histogram(SECONDS_BOUNDS);
  readonly statementSeconds = new Histogram(SECONDS_BOUNDS);
  joined = 0;
  refused = 0;
  failed = 0;
  /** The work that each of its batchers has under way. */
  readonly batchers: (() => UnderWay)[] = [];
}

/** Items that wait, and statements that run. */
interface UnderWay {
  waiting: number;
  inFlight: number;
}

export interface BatchMetrics {
  /** The stats of one prepared statement. */
  of(statement: string): BatchStats;
  metrics(): Metric[];
}

export function createBatchMetrics(): BatchMetrics {
  const byStatement = new Map<string, BatchStats>();

  function of(statement: string): BatchStats {
    const stats = byStatement.get(statement) ?? new BatchStats();
    byStatement.set(statement, stats);
    return stats;
  }

  return {
    of,
    metrics: () =>
      [...byStatement].flatMap(([statement, stats]) => metricsOf({ statement }, stats)),
  };
}

function metricsOf(labels: { statement: string }, stats: BatchStats): Metric[] {
  const underWay = stats.batchers.map((read) => read());
  return [
    histogram('batch_items', 'Items sent in one statement', stats.items, labels),
    histogram(
      'batch_wait_seconds',
      'How long the first item of a batch waited',
      stats.waitSeconds,
      labels,
    ),
    histogram(
      'batch_statement_seconds',
      'From sending a statement to its last row',
      stats.statementSeconds,
      labels,
    ),
    gauge(
      'batch_in_flight',
      'Statements under way',
      sum(underWay.map(({ inFlight }) => inFlight)),
      labels,
    ),
    gauge(
      'batch_waiting',
      'Items not sent yet',
      sum(underWay.map(({ waiting }) => waiting)),
      labels,
    ),
    counter(
      'batch_joined_total',
      'Items that shared the answer of an equal one',
      stats.joined,
      labels,
    ),
    counter('batch_refused_total', 'Items refused because too many waited', stats.refused, labels),
    counter('batch_failed_total', 'Batches whose statement failed', stats.failed, labels),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
