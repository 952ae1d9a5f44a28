import { collectDefaultMetrics, type Metric as PrometheusMetric, Registry } from 'prom-client';
import type { HistogramMetric, Metric } from './metrics';

/**
 * Writes the metrics in Prometheus' text format. The first call of `render` also starts prom-client's
 * default metrics of the process.
 */
export interface PrometheusExporter {
  contentType: string;
  render(): Promise<string>;
}

const PREFIX = 'starling_';

export function createPrometheusExporter(collect: () => Promise<Metric[]>): PrometheusExporter {
  let processMetrics: Registry | undefined;

  function watchProcess(): Registry {
    const register = new Registry();
    collectDefaultMetrics({ register });
    return register;
  }

  async function render(): Promise<string> {
    processMetrics ??= watchProcess();
    const own = new Registry();
    for (const family of groupByName(await collect())) own.registerMetric(toPrometheus(family));
    return (await own.metrics()) + (await processMetrics.metrics());
  }

  return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, render };
}

function groupByName(metrics: readonly Metric[]): Metric[][] {
  return [...Map.groupBy(metrics, ({ name }) => name).values()];
}

/**
 * prom-client needs only the name of a metric and `get`. Its classes would keep a second copy of each
 * number.
 */
function toPrometheus(family: readonly Metric[]): PrometheusMetric {
  const { name, help, kind } = family[0]!;
  const metric = { name: PREFIX + name, help, type: kind, values: family.flatMap(toValues) };
  return { name: metric.name, get: async () => metric } as unknown as PrometheusMetric;
}

interface Value {
  /** Absent: the family's. */
  metricName?: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

function toValues(metric: Metric): Value[] {
  if (metric.kind === 'histogram') return toHistogramValues(metric);
  return [{ labels: metric.labels, value: metric.value }];
}

function toHistogramValues({ name, labels, value: histogram }: HistogramMetric): Value[] {
  const metricName = PREFIX + name;
  let below = 0;
  const buckets = histogram.buckets.map((count, index) => {
    below += count;
    const le = `${histogram.bounds[index] ?? '+Inf'}`;
    return { metricName: `${metricName}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${metricName}_sum`, labels, value: histogram.sum },
    { metricName: `${metricName}_count`, labels, value: histogram.count },
  ];
}
