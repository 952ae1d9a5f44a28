import { type Config, setInEnvironment } from '../config';

/** The part of the agent that this service uses. */
export interface NewRelicAgent {
  /** The agent puts `Custom/` in front of the name. */
  recordMetric(name: string, value: number | MetricStats): void;
  noticeError(error: Error, attributes: Record<string, string>): void;
  shutdown(options: { collectPendingData: boolean; timeout: number }, done: () => void): void;
  /**
   * Where the agent's own instrumentation records transactions. This is not a public interface, so
   * the version is pinned, and test/stack/new-relic.test.ts checks what the agent sends
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

/** The same statistics by the agent's internal names. */
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
 * Loads the agent with all of its own instrumentation off, because that would cost more than the
 * requests it observes (docs/decisions/0070). The agent gathers what this service records, and sends
 * it once per minute in the background. Requests cost nothing more while the collector is
 * unavailable. The agent's own variables (`NEW_RELIC_…`: a proxy, another host) override the settings
 * here. The settings are in code so that no file in the working directory can change them.
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
 * The agent's logger reads these variables, and no settings, while the agent loads its settings.
 * Without them it would look for a configuration file and write a log file, both in the working
 * directory. The level is `error` at first, because the agent warns of each package that it does not
 * instrument. After loading, the level is `warn`, for a wrong key or a collector that does not
 * answer.
 */
const LOGGING = {
  NEW_RELIC_NO_CONFIG_FILE: 'true',
  NEW_RELIC_LOG: 'stdout',
  NEW_RELIC_LOG_LEVEL: 'error',
};

/** Attributes that are never sent: they hold what users sent, and paths may hold anything. */
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
    instrumentation: allOff(),

    // Privacy. The settings page of the account must not be able to undo it.
    ignore_server_configuration: true,
    allow_all_headers: false,
    attributes: { exclude: PRIVATE_ATTRIBUTES },
    strip_exception_messages: { enabled: true }, // PostgreSQL's messages quote values
    application_logging: { enabled: false },
    browser_monitoring: { enable: false },

    // Without instrumentation there is nothing to trace.
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

/** Turns off the instrumentation of every package that this version of the agent knows. */
function allOff(): Record<string, { enabled: false }> {
  const packages = require('newrelic/lib/config/build-instrumentation-config') as object;
  return Object.fromEntries(Object.keys(packages).map((name) => [name, { enabled: false }]));
}
