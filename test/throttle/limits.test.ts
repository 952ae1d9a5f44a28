import { createTestApi, type TestApi } from '../support/api';

let api: TestApi;

beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

describe('quota headers', () => {
  it('show the policies and the rest of the tightest one on every limited route', async () => {
    const { headers } = await api.get('/v1/products/1/summary').expect(200);
    expect(headers['ratelimit-policy']).toBe(
      '"read-second";q=1000;w=1, "read-hour";q=1000000;w=3600',
    );
    expect(headers.ratelimit).toMatch(/^"read-(?:second|hour)";r=\d+;t=\d+$/);
    expect(headers['retry-after']).toBeUndefined();
  });

  it('are on errors of every kind too', async () => {
    const [missing, malformed, unknown] = await Promise.all([
      api.get('/v1/products/1/reviews/99'),
      api.get('/v1/products/1/reviews?limit=0'),
      api.get('/nowhere'),
    ]);
    for (const { headers } of [missing, malformed, unknown])
      expect(headers.ratelimit).toBeDefined();
  });

  it.each(['/healthz', '/readyz', '/openapi.json', '/docs/'])(
    'are not sent for the unlimited route %s',
    async (path) => {
      const { headers } = await api.get(path);
      expect(headers.ratelimit).toBeUndefined();
    },
  );

  it('count writes and reads separately', async () => {
    const { headers } = await api.submit('1').expect(201);
    expect(headers['ratelimit-policy']).toMatch(/^"write-second";q=200;w=1/);
  });
});
