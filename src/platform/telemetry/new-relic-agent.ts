import type { Config } from '../config';

/** What this service asks of the agent. */
export interface NewRelicAgent {
  /** Below `Custom/`. */
  recordMetric(name: string, value: number | MetricStats): void;
  shutdown(options: { collectPendingData: boolean; timeout: number }, done: () => void): void;
}

export interface MetricStats {
  count: number;
  total: number;
  min: number;
  max: number;
  sumOfSquares: number;
}

export type NewRelicSettings = Pick<Config, 'NEW_RELIC_APP_NAME' | 'INSTANCE_NAME'> & {
  NEW_RELIC_LICENSE_KEY: string;
};

/**
 * Loads the agent, which changes what is loaded after it: http, Express, pg. It connects and sends in the background; a collector
 * that is away costs requests nothing. The agent's own variables (`NEW_RELIC_…`: a proxy, another host) count for more than
 * what is decided here, which is in code so that no file in the working directory can change it.
 */
export function startNewRelicAgent(settings: NewRelicSettings): NewRelicAgent {
  const { createInstance } = require('newrelic/lib/config') as { createInstance(settings: object): unknown };
  createInstance(agentSettings(settings));
  return require('newrelic') as NewRelicAgent;
}

/** Not told to anybody: they hold what people sent. Paths hold what anyone may put there. */
const PRIVATE_ATTRIBUTES = [
  'request.headers.*',
  'request.parameters.*',
  'request.uri',
  'response.headers.*',
  'http.url',
  'message.*',
];

function agentSettings({ NEW_RELIC_APP_NAME, NEW_RELIC_LICENSE_KEY, INSTANCE_NAME }: NewRelicSettings) {
  return {
    app_name: [NEW_RELIC_APP_NAME],
    license_key: NEW_RELIC_LICENSE_KEY,
    process_host: { display_name: INSTANCE_NAME },
    logging: { level: 'warn', filepath: 'stdout' }, // the file system may be read-only

    // Privacy. The settings page of the account must not be able to undo it.
    ignore_server_configuration: true,
    allow_all_headers: false,
    attributes: { exclude: PRIVATE_ATTRIBUTES },
    strip_exception_messages: { enabled: true }, // PostgreSQL's messages quote values
    transaction_tracer: { record_sql: 'off' },
    slow_sql: { enabled: false },
    application_logging: { enabled: false },
    browser_monitoring: { enable: false },

    // What a client did wrong is no error of the service's.
    error_collector: { ignore_status_codes: ['400-499'] },
    rules: { ignore: ['^/(healthz|readyz|metrics)$'] },

    // One service: there is nothing to trace a request through.
    distributed_tracing: { enabled: false },
    span_events: { enabled: false },
    code_level_metrics: { enabled: false },
    utilization: {
      detect_azure: false,
      detect_azurefunction: false,
      detect_gcp: false,
      detect_kubernetes: false,
      detect_pcf: false,
    },
  };
}
