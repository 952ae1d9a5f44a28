import type { Histogram } from './histogram';
import type { Metric } from './metrics';
import type { MetricStats, NewRelicAgent } from './new-relic-agent';

export interface NewRelicExporterDeps {
  newRelic: NewRelicAgent;
  collect(): Promise<Metric[]>;
  /** Hands over the requests that were answered since its last call. */
  addTransactions(): void;
}

const INTERVAL_MS = 15_000;
/** How long the agent may take to send the rest: less than the second that main.ts allows. */
const SHUTDOWN_TIMEOUT_MS = 700;

/**
 * Records the metrics as custom metrics, `Custom/Starling/<name>/<values of its labels>`, four times
 * per minute. The agent aggregates them and sends them once per minute. Counters and histograms are
 * recorded as the increase since the last record.
 */
export function createNewRelicExporter({
  newRelic,
  collect,
  addTransactions,
}: NewRelicExporterDeps): {
  close(): Promise<void>;
} {
  const before = new Map<string, Totals>();
  const timer = setInterval(() => void record(), INTERVAL_MS).unref();

  async function record(): Promise<void> {
    addTransactions();
    for (const metric of await collect()) {
      const name = ['Starling', metric.name, ...Object.values(metric.labels)].join('/');
      if (metric.kind === 'gauge') {
        newRelic.recordMetric(name, metric.value);
        continue;
      }
      const now =
        metric.kind === 'histogram' ? totalsOf(metric.value) : totalsOfCounter(metric.value);
      newRelic.recordMetric(name, statsOf(now, before.get(name) ?? NOTHING));
      before.set(name, now);
    }
  }

  async function close(): Promise<void> {
    clearInterval(timer);
    await record();
    await new Promise<void>((resolve) => {
      // The agent has no timer of its own for a collector that accepts the connection and never
      // answers.
      const deadline = setTimeout(resolve, SHUTDOWN_TIMEOUT_MS);
      newRelic.shutdown({ collectPendingData: true, timeout: SHUTDOWN_TIMEOUT_MS }, () => {
        clearTimeout(deadline);
        resolve();
      });
    });
  }

  return { close };
}

interface Totals {
  count: number;
  sum: number;
}

const NOTHING: Totals = { count: 0, sum: 0 };

function totalsOf({ count, sum }: Histogram): Totals {
  return { count, sum };
}

/** Counts each unit as a value of one, so a query may use the count or the sum. */
function totalsOfCounter(value: number): Totals {
  return { count: value, sum: value };
}

/**
 * Only the number and the sum of the values between two records are known, so their mean stands for
 * the minimum and the maximum.
 */
function statsOf(now: Totals, before: Totals): MetricStats {
  const count = now.count - before.count;
  const total = now.sum - before.sum;
  const mean = count === 0 ? 0 : total / count;
  return { count, total, min: mean, max: mean, sumOfSquares: count * mean ** 2 };
}
