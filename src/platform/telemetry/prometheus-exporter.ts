import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { HistogramReading, Reading } from './readings';

/** Prometheus' text. What the process itself says (prom-client's defaults) is watched from the first request for it on. */
export interface PrometheusExporter {
  contentType: string;
  render(): Promise<string>;
}

const PREFIX = 'starling_';

export function createPrometheusExporter(collect: () => Promise<Reading[]>): PrometheusExporter {
  let processMetrics: Registry | undefined;

  function watchProcess(): Registry {
    const register = new Registry();
    collectDefaultMetrics({ register });
    return register;
  }

  async function render(): Promise<string> {
    processMetrics ??= watchProcess();
    const own = new Registry();
    for (const family of groupByName(await collect())) own.registerMetric(toMetric(family));
    return (await own.metrics()) + (await processMetrics.metrics());
  }

  return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, render };
}

function groupByName(readings: readonly Reading[]): Reading[][] {
  return [...Map.groupBy(readings, ({ name }) => name).values()];
}

/** prom-client asks a metric for nothing but its name and `get`; its own kinds would keep a second copy of each number. */
function toMetric(family: readonly Reading[]): Metric {
  const { name, help, kind } = family[0]!;
  const metric = { name: PREFIX + name, help, type: kind, values: family.flatMap(toValues) };
  return { name: metric.name, get: async () => metric } as unknown as Metric;
}

interface Value {
  /** Where it is not the family's. */
  metricName?: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

function toValues(reading: Reading): Value[] {
  if (reading.kind === 'histogram') return toHistogramValues(reading);
  return [{ labels: reading.labels, value: reading.value }];
}

function toHistogramValues({ name, labels, value: histogram }: HistogramReading): Value[] {
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
