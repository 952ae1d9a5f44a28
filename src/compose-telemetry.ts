import type { Config } from './platform/config';
import type { ReportFailure } from './platform/http/error-middleware';
import { createEventLoopMetrics } from './platform/telemetry/event-loop-metrics';
import { instanceMetrics } from './platform/telemetry/instance-metrics';
import type { Logger } from './platform/telemetry/logger';
import { createMetricCollector, type MetricSource } from './platform/telemetry/metrics';
import type { NewRelicAgent } from './platform/telemetry/new-relic-agent';
import { createNewRelicExporter } from './platform/telemetry/new-relic-exporter';
import { createFailureReport } from './platform/telemetry/new-relic-failures';
import { createNewRelicTransactions } from './platform/telemetry/new-relic-transactions';
import {
  createPrometheusExporter,
  type PrometheusExporter,
} from './platform/telemetry/prometheus-exporter';
import { createRequestMeter, type RequestMeter } from './platform/telemetry/request-meter';
import { createRequestSample } from './platform/telemetry/request-sample';

/**
 * Per fifteen seconds. A thousand per minute are enough for a percentile, and take 1 MB of New
 * Relic's agent.
 */
const REQUESTS_SAMPLED = 250;

export interface Telemetry {
  meter: RequestMeter;
  reportFailure: ReportFailure;
  /** Exports the metrics of these sources from now on. */
  show(sources: readonly MetricSource[]): {
    prometheus: PrometheusExporter;
    close(): Promise<void>;
  };
}

/** Counts requests, and exports the metrics: at `/metrics`, and to New Relic if it has an agent. */
export function createTelemetry(
  { INSTANCE_NAME }: Pick<Config, 'INSTANCE_NAME'>,
  logger: Logger,
  newRelic: NewRelicAgent | null,
): Telemetry {
  const sample = createRequestSample(REQUESTS_SAMPLED);
  const meter = createRequestMeter(newRelic ? sample : undefined);
  const readAll = (sources: readonly MetricSource[]) =>
    createMetricCollector(sources, (error) =>
      logger.warn({ err: error }, 'could not read some of the metrics'),
    );

  return {
    meter,
    reportFailure: newRelic ? createFailureReport(newRelic, INSTANCE_NAME) : () => {},
    show(sources) {
      const exporter =
        newRelic &&
        createNewRelicExporter({
          newRelic,
          collect: readAll([...sources, createEventLoopMetrics()]),
          addTransactions: createNewRelicTransactions({
            newRelic,
            instance: INSTANCE_NAME,
            stats: meter.stats,
            sample,
          }),
        });
      return {
        prometheus: createPrometheusExporter(
          readAll([...sources, meter.metrics, () => instanceMetrics(INSTANCE_NAME)]),
        ),
        close: async () => exporter?.close(),
      };
    },
  };
}
