import type { Histogram } from './histogram';
import type { MetricStats, NewRelicAgent } from './new-relic-agent';
import type { Reading } from './readings';

export interface NewRelicExporterDeps {
  newRelic: NewRelicAgent;
  collect(): Promise<Reading[]>;
  /** Hands the requests over that were answered since it was called before. */
  addTransactions(): void;
}

const INTERVAL_MS = 15_000;
/** For the agent to send what it has gathered: less than the second in which main.ts wants everything closed. */
const SHUTDOWN_TIMEOUT_MS = 700;

/**
 * Readings as custom metrics, `Custom/Starling/<name>/<values of its labels>`, four times a minute; the agent adds them up and
 * sends them each minute. Counters and histograms are recorded as what was added since the record before.
 */
export function createNewRelicExporter({ newRelic, collect, addTransactions }: NewRelicExporterDeps): {
  close(): Promise<void>;
} {
  const before = new Map<string, Totals>();
  const timer = setInterval(() => void record(), INTERVAL_MS).unref();

  async function record(): Promise<void> {
    addTransactions();
    for (const reading of await collect()) {
      const name = ['Starling', reading.name, ...Object.values(reading.labels)].join('/');
      if (reading.kind === 'gauge') {
        newRelic.recordMetric(name, reading.value);
        continue;
      }
      const now = reading.kind === 'histogram' ? totalsOf(reading.value) : totalsOfCounter(reading.value);
      newRelic.recordMetric(name, statsOf(now, before.get(name) ?? NOTHING));
      before.set(name, now);
    }
  }

  async function close(): Promise<void> {
    clearInterval(timer);
    await record();
    await new Promise<void>((resolve) => {
      // The agent's own timers hold no process up, and it has none for a collector that accepts and says nothing.
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

/** Each unit is a value of one: count and sum both are the increase, whichever a query asks for. */
function totalsOfCounter(value: number): Totals {
  return { count: value, sum: value };
}

/** Of the values between two records only number and sum are known: their mean stands for the least and the greatest. */
function statsOf(now: Totals, before: Totals): MetricStats {
  const count = now.count - before.count;
  const total = now.sum - before.sum;
  const mean = count === 0 ? 0 : total / count;
  return { count, total, min: mean, max: mean, sumOfSquares: count * mean ** 2 };
}
