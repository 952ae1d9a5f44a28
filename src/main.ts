import { newRelic } from './platform/telemetry/new-relic-start';

// First, because New Relic's agent can only instrument modules that load after it.

import { compose, type Service } from './compose';
import { type Config, ConfigError, readConfig } from './platform/config';
import { onceDatabaseAnswers } from './platform/db/database-wait';
import { migrate } from './platform/db/migrate';
import { type ListeningServer, listen } from './platform/http/server';
import {
  createLogDestination,
  tolerateUnwritableErrors,
} from './platform/telemetry/log-destination';
import { createLogger, type Logger } from './platform/telemetry/logger';

/** After the last response, closing takes milliseconds, unless the database hangs. */
const CLOSE_TIMEOUT_MS = 1_000;

/**
 * The process: reads the settings, migrates the database, listens. SIGTERM or SIGINT drains it
 * within SHUTDOWN_TIMEOUT_MS and a second. The exit code is 0, or 1 if it cut off requests. A second
 * signal ends it at once, with 1.
 */
async function main(): Promise<void> {
  tolerateUnwritableErrors();
  const config = readConfig();
  const output = createLogDestination();
  const logger = createLogger(config.LOG_LEVEL, config.INSTANCE_NAME, output);

  // The kernel ignores a signal to process 1 that has no listener, so a container needs this one
  // from the start. Until the process listens, it can exit at once: PostgreSQL rolls back a migration
  // that has not ended.
  let stop: () => void = () => process.exit(0);
  onStopSignal((signal) => {
    logger.info({ signal }, 'draining');
    stop();
  });

  const service = await onceDatabaseAnswers(
    async () => {
      const applied = await migrate(config.DATABASE_URL);
      if (applied.length > 0) logger.info({ migrations: applied }, 'migrated the database');
      return compose(config, logger, newRelic, output.metrics);
    },
    { databaseUrl: config.DATABASE_URL, patienceMs: config.DATABASE_WAIT_MS, logger },
  );
  const server = await listen(service.listener, config.HOST, config.PORT);
  stop = () => void drain(service, server, config, logger);
  logger.info({ host: config.HOST, port: server.port, node: process.version }, 'listening');
}

function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      stop(signal);
    });
  }
}

async function drain(
  service: Service,
  server: ListeningServer,
  config: Config,
  logger: Logger,
): Promise<void> {
  service.startDraining();
  const cutOff = await server.drain(config.SHUTDOWN_TIMEOUT_MS);
  if (cutOff > 0) {
    process.exitCode = 1;
    logger.warn(
      { requests: cutOff, after_ms: config.SHUTDOWN_TIMEOUT_MS },
      'cut off requests under way',
    );
  }
  setTimeout(() => {
    logger.error({ after_ms: CLOSE_TIMEOUT_MS }, 'could not close everything; ending all the same');
    process.exit(1);
  }, CLOSE_TIMEOUT_MS).unref();
  await service.close();
  logger.info('stopped');
  process.exit(); // with exitCode; unread log lines would keep the process alive
}

main().catch((error: Error) => {
  // The logger may not exist yet, and the operator reads the terminal.
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : `Starling could not start: ${error.message}`}\n`,
  );
  process.exit(1);
});
