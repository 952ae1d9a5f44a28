import { createPools } from '../../src/platform/db/pools';
import { createLogger } from '../../src/platform/telemetry/logger';
import { createTestDatabase } from '../support/database';

it('opens a connection of each pool before the first request needs it', async () => {
  const database = await createTestDatabase();
  const pools = createPools({
    databaseUrl: database.url,
    replicaUrls: [],
    readConnections: 3,
    writeConnections: 3,
    instance: 'pools-test',
    logger: createLogger('fatal', 'pools-test'),
  });
  try {
    await pools.connect();
    expect(Object.values(pools.named).map(({ totalCount }) => totalCount)).toEqual([1, 1, 1, 1]);
  } finally {
    await pools.close();
    await database.drop();
  }
});
