import type { Histogram } from './histogram';

/**
 * The instance's metrics, in one list for every exporter (prometheus-exporter.ts,
 * new-relic-exporter.ts).
 *
 * The code that counts keeps plain numbers in a `…Stats`; a `*-metrics.ts` beside it turns them
 * into metrics when an exporter asks, a few times per minute. So a request costs an addition, and
 * neither labels nor a registry. Bound: labels hold names from the code (statements, queues, pools,
 * caches), never input of a request. Failure: a source that fails is left out of that collection;
 * the others are collected.
 */
export type Metric = NumberMetric | HistogramMetric;

interface MetricName {
  /** Ends with the unit, and for a counter with `_total`; without the prefix `starling_`. */
  name: string;
  help: string;
  /** New Relic's metric names contain the values in this order. */
  labels: Readonly<Record<string, string>>;
}

export interface NumberMetric extends MetricName {
  kind: 'counter' | 'gauge';
  value: number;
}

export interface HistogramMetric extends MetricName {
  kind: 'histogram';
  value: Histogram;
}

export type MetricSource = () => Metric[] | Promise<Metric[]>;

/** Combines all sources into one that never rejects. @param onFailure gets what a source threw */
export function createMetricCollector(
  sources: readonly MetricSource[],
  onFailure: (error: unknown) => void,
): () => Promise<Metric[]> {
  async function read(source: MetricSource): Promise<Metric[]> {
    try {
      return await source();
    } catch (error) {
      onFailure(error);
      return [];
    }
  }

  return async () => (await Promise.all(sources.map(read))).flat();
}

const NO_LABELS = {};

export function counter(name: string, help: string, value: number, labels = NO_LABELS): Metric {
  return { kind: 'counter', name, help, labels, value };
}

export function gauge(name: string, help: string, value: number, labels = NO_LABELS): Metric {
  return { kind: 'gauge', name, help, labels, value };
}

export function histogram(
  name: string,
  help: string,
  value: Histogram,
  labels = NO_LABELS,
): Metric {
  return { kind: 'histogram', name, help, labels, value };
}
