import { Client } from 'pg';
import { compose } from '../../src/compose';
import { createVelocity } from '../../src/compose-velocity';
import { parseConfig } from '../../src/platform/config';
import { createPools } from '../../src/platform/db/pools';
import { createLogger } from '../../src/platform/telemetry/logger';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';

describe('an instance that cannot be composed', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  it('stops the exchanges that it has started', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(`DELETE FROM server_secrets WHERE name = 'throttle'`);
    await client.end();
    const lines: string[] = [];
    const logger = createLogger('warn', 'failed', { write: (line) => void lines.push(line) });
    const config = parseConfig({ DATABASE_URL: database.url, INSTANCE_NAME: 'failed' });

    await expect(compose(config, logger)).rejects.toThrow('no row "throttle"');

    // An exchange whose pool is closed fails, and soon says so. Two others that begin later do.
    await failingExchange(database.url);
    await failingExchange(database.url);
    expect(lines).toEqual([]);
  });
});

/** Resolves when an exchange over a closed pool has logged that it fails. */
async function failingExchange(databaseUrl: string): Promise<void> {
  const lines: string[] = [];
  const logger = createLogger('warn', 'control', { write: (line) => void lines.push(line) });
  const pools = createPools({
    databaseUrl,
    replicaUrls: [],
    readConnections: 1,
    writeConnections: 1,
    instance: 'control',
    logger,
  });
  await pools.connect();
  await pools.close();
  const velocity = await createVelocity({
    secret: Buffer.alloc(32),
    database: pools.derivedWrites,
    instance: 'control',
    logger,
  });
  await until('the exchange logs that it fails', () => lines.length > 0);
  await velocity.close();
}
