import { compose } from './compose';
import { ConfigError, readConfig } from './platform/config';
import { onceDatabaseAnswers } from './platform/db/database-wait';
import { migrate } from './platform/db/migrate';
import { listen } from './platform/http/server';
import { createLogger } from './platform/telemetry/logger';

/** The process: settings, migrations, listen; SIGTERM or SIGINT drains it, a second one ends it at once. */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.LOG_LEVEL, config.INSTANCE_NAME);

  const service = await onceDatabaseAnswers(
    async () => {
      const applied = await migrate(config.DATABASE_URL);
      if (applied.length > 0) logger.info({ migrations: applied }, 'migrated the database');
      return compose(config, logger);
    },
    { databaseUrl: config.DATABASE_URL, patienceMs: config.DATABASE_WAIT_MS, logger },
  );
  const server = await listen(service.app, config.HOST, config.PORT);
  logger.info({ host: config.HOST, port: server.port, node: process.version }, 'listening');

  const stop = async (signal: NodeJS.Signals) => {
    for (const each of ['SIGTERM', 'SIGINT'] as const) process.once(each, () => process.exit(1));
    logger.info({ signal }, 'draining');
    service.startDraining();
    await server.drain(config.SHUTDOWN_TIMEOUT_MS);
    await service.close();
    logger.info('stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
}

main().catch((error: Error) => {
  // The logger may not exist yet, and whoever starts this reads the terminal.
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : `Starling could not start: ${error.message}`}\n`,
  );
  process.exit(1);
});
