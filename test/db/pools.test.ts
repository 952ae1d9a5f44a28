import { createPools, type Pools } from '../../src/platform/db/pools';
import { createLogger } from '../../src/platform/telemetry/logger';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('the pools', () => {
  let database: TestDatabase;
  let pools: Pools;

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = createPools({
      databaseUrl: database.url,
      replicaUrls: [],
      readConnections: 3,
      writeConnections: 3,
      instance: 'pools-test',
      logger: createLogger('fatal', 'pools-test'),
    });
    await pools.connect();
  });
  afterAll(async () => {
    await pools.close();
    await database.drop();
  });

  it('open one connection each before the first request', () => {
    expect(Object.values(pools.named).map(({ totalCount }) => totalCount)).toEqual([1, 1, 1, 1]);
  });

  it('use synchronous_commit=off only for derived rows', async () => {
    const text = `SELECT setting, source FROM pg_settings WHERE name = 'synchronous_commit'`;
    const asked = await pools.writes.query<{ source: string }>(text);
    expect(asked.rows[0]!.source).toBe('configuration file');
    expect(await pools.derivedWrites.queryText({ name: 'durability', text }, [])).toEqual([
      ['off', 'client'],
    ]);
  });
});
