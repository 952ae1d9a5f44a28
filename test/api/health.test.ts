import { createTestApi, type TestApi } from '../support/api';
import {
  type BreakableConnection,
  createBreakableConnection,
} from '../support/breakable-connection';

describe('health and readiness', () => {
  let api: TestApi;
  let connection: BreakableConnection;

  beforeEach(async () => {
    api = await createTestApi({}, async (databaseUrl) => {
      connection = await createBreakableConnection(databaseUrl);
      return connection.url;
    });
  });
  afterEach(async () => {
    await api.close();
    await connection.cut();
  });

  it('is ready while the database is reachable', async () => {
    const { body } = await api.get('/readyz').expect(200);
    expect(body).toEqual({
      status: 'ready',
      database: 'reachable',
      draining: false,
      rule_version: 0,
    });
  });

  it('is up but not ready while draining', async () => {
    api.service.startDraining();
    await api.get('/healthz').expect(200);
    const { body } = await api.get('/readyz').expect(503);
    expect(body.draining).toBe(true);
  });

  it('answers 503 with Retry-After while the database is away, and 200 after it is back', async () => {
    await api.submit('sku-1').expect(201);
    await connection.cut();

    const paths = ['reviews', 'summary', 'reviews?sort=newest', 'reviews/1'].map(
      (path) => `/v1/products/sku-1/${path}`,
    );
    for (const path of [...paths, '/reviews?product_id=1', '/reviews/1/meta']) {
      const { headers, text } = await api.get(path).expect(503);
      expect(headers['retry-after']).toBe('1');
      expect(text).not.toMatch(/database|ECONN|127\.0\.0\.1/i);
    }
    await api.submit('sku-1').expect(503);
    expect((await api.get('/readyz').expect(503)).body.database).toBe('unreachable');
    await api.get('/healthz').expect(200);

    await connection.mend();
    const { body } = await api.get('/v1/products/sku-1/reviews').expect(200);
    expect(body.reviews).toHaveLength(1);
    await api.get('/readyz').expect(200);
  });
});
