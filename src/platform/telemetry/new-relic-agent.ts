import { type Config, setInEnvironment } from '../config';

/** What this service asks of the agent. */
export interface NewRelicAgent {
  /** Below `Custom/`. */
  recordMetric(name: string, value: number | MetricStats): void;
  noticeError(error: Error, attributes: Record<string, string>): void;
  shutdown(options: { collectPendingData: boolean; timeout: number }, done: () => void): void;
  /**
   * Where the agent's own instrumentation puts what it has seen. No public interface, so the
   * version is pinned, and test/stack/new-relic.test.ts sees what becomes of it
   * (docs/decisions/0070).
   */
  readonly agent: {
    readonly metrics: {
      getOrCreateMetric(name: string): { merge(stats: TimesliceStats): void };
      getOrCreateApdexMetric(name: string): {
        readonly apdexT: number;
        merge(counts: ApdexCounts): void;
      };
    };
    readonly transactionEventAggregator: {
      add(event: [intrinsic: object, custom: object, agent: object]): void;
    };
  };
}

export interface MetricStats {
  count: number;
  total: number;
  min: number;
  max: number;
  sumOfSquares: number;
}

/** The same as the agent names it within. */
export type TimesliceStats = Omit<MetricStats, 'count'> & {
  callCount: number;
  totalExclusive: number;
};

export interface ApdexCounts {
  satisfying: number;
  tolerating: number;
  frustrating: number;
}

export type NewRelicSettings = Pick<Config, 'NEW_RELIC_APP_NAME' | 'INSTANCE_NAME'> & {
  NEW_RELIC_LICENSE_KEY: string;
};

/**
 * Loads the agent. It watches nothing by itself, which would cost more than what there is to watch
 * (docs/decisions/0070): it keeps what it is told, and sends it each minute in the background. A
 * collector that is away costs requests nothing. The agent's own variables (`NEW_RELIC_…`: a proxy,
 * another host) count for more than what is decided here, which is in code so that no file in the
 * working directory can change it.
 */
export function startNewRelicAgent(settings: NewRelicSettings): NewRelicAgent {
  const { NEW_RELIC_LOG_LEVEL } = setInEnvironment(LOGGING);
  const { createInstance } = require('newrelic/lib/config') as {
    createInstance(settings: object): unknown;
  };
  createInstance(agentSettings(settings));
  const newRelic = require('newrelic') as NewRelicAgent;
  if (NEW_RELIC_LOG_LEVEL === LOGGING.NEW_RELIC_LOG_LEVEL) {
    (require('newrelic/lib/logger') as { configure(options: object): void }).configure({
      level: 'warn',
    });
  }
  return newRelic;
}

/**
 * Its logger reads these, and no settings, while the settings are loaded: else it looks for a file
 * of its own and writes into another, in the working directory. Errors only, since it warns of each
 * package that it does not watch; when it is loaded it may warn of a wrong key, or of a collector
 * that does not answer.
 */
const LOGGING = {
  NEW_RELIC_NO_CONFIG_FILE: 'true',
  NEW_RELIC_LOG: 'stdout',
  NEW_RELIC_LOG_LEVEL: 'error',
};

/** Not sent to New Relic: they hold what users sent. Paths hold what anyone may put there. */
const PRIVATE_ATTRIBUTES = [
  'request.headers.*',
  'request.parameters.*',
  'request.uri',
  'response.headers.*',
  'http.url',
  'message.*',
];

function agentSettings({
  NEW_RELIC_APP_NAME,
  NEW_RELIC_LICENSE_KEY,
  INSTANCE_NAME,
}: NewRelicSettings) {
  return {
    app_name: [NEW_RELIC_APP_NAME],
    license_key: NEW_RELIC_LICENSE_KEY,
    process_host: { display_name: INSTANCE_NAME },
    instrumentation: nothing(),

    // Privacy. The settings page of the account must not be able to undo it.
    ignore_server_configuration: true,
    allow_all_headers: false,
    attributes: { exclude: PRIVATE_ATTRIBUTES },
    strip_exception_messages: { enabled: true }, // PostgreSQL's messages quote values
    application_logging: { enabled: false },
    browser_monitoring: { enable: false },

    // Nothing is watched: there is nothing to trace.
    transaction_tracer: { enabled: false, record_sql: 'off' },
    slow_sql: { enabled: false },
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

/** Every package that this version of the agent can watch, not watched. */
function nothing(): Record<string, { enabled: false }> {
  const packages = require('newrelic/lib/config/build-instrumentation-config') as object;
  return Object.fromEntries(Object.keys(packages).map((name) => [name, { enabled: false }]));
}
