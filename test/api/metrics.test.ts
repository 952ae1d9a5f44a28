import supertest from 'supertest';
import { createTestApi, type TestApi } from '../support/api';

/** Bypasses the copies that this instance keeps for a second. */
const FRESH = { 'Cache-Control': 'no-cache' };

describe('GET /metrics', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  /** Every series by its name and labels, as Prometheus reads the text. */
  async function scrape(): Promise<Map<string, number>> {
    const { text } = await api.get('/metrics').expect(200);
    const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  }

  /** By how much each series grew during `work`. */
  async function growth(work: () => Promise<unknown>): Promise<(series: string) => number> {
    const before = await scrape();
    await work();
    const after = await scrape();
    return (series) => {
      const now = after.get(series);
      if (now === undefined) throw new Error(`There is no ${series}`);
      return now - (before.get(series) ?? 0);
    };
  }

  it('returns Prometheus text, each family once with help and type, and is never cached', async () => {
    await api.get('/v1/products/sku-1/reviews').expect(200);
    const { text, headers } = await api.get('/metrics').expect(200);

    expect(headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
    const types = text.split('\n').filter((line) => line.startsWith('# TYPE '));
    expect(new Set(types).size).toBe(types.length);
    expect(text.split('\n').filter((line) => line.startsWith('# HELP '))).toHaveLength(
      types.length,
    );
    expect(text).toContain('# TYPE starling_batch_wait_seconds histogram');
    expect(text).toContain('process_resident_memory_bytes ');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds ');
    expect(text).toMatch(
      /starling_info\{name="under-test",version="\d+\.\d+\.\d+",node="v24\.[\d.]+"\} 1/,
    );
  });

  it('counts requests by route, method and status class, never by product', async () => {
    const grew = await growth(async () => {
      await api.get('/v1/products/sku-2/reviews').expect(200);
      await api.get('/v1/products/sku-3/reviews').expect(200);
      await api.get('/v1/products/sku-3/reviews?limit=0').expect(400);
      await api.get('/nothing/here').expect(404);
    });

    const route = 'route="/v1/products/:product_id/reviews",method="GET"';
    expect(grew(`starling_http_requests_total{${route},status="2xx"}`)).toBe(2);
    expect(grew(`starling_http_requests_total{${route},status="4xx"}`)).toBe(1);
    expect(grew('starling_http_requests_total{route="none",method="GET",status="4xx"}')).toBe(1);
    expect(grew(`starling_http_request_duration_seconds_count{${route}}`)).toBe(3);
    expect(grew(`starling_http_request_duration_seconds_bucket{${route},le="+Inf"}`)).toBe(3);
    expect([...(await scrape()).keys()].join()).not.toMatch(/sku-|nothing/);
  });

  it('counts batches of reads, and the reads that shared a result', async () => {
    const grew = await growth(() =>
      Promise.all(
        Array.from({ length: 20 }, () => api.get('/v1/products/sku-4/summary', FRESH).expect(200)),
      ),
    );

    const statement = 'statement="find_summaries"';
    const items = grew(`starling_batch_items_sum{${statement}}`);
    expect(items).toBeGreaterThan(0);
    expect(items + grew(`starling_batch_joined_total{${statement}}`)).toBe(20);
    const batches = grew(`starling_batch_items_count{${statement}}`);
    expect(grew(`starling_batch_wait_seconds_count{${statement}}`)).toBe(batches);
    expect(grew(`starling_batch_statement_seconds_count{${statement}}`)).toBe(batches);
    expect(grew(`starling_batch_statement_seconds_sum{${statement}}`)).toBeGreaterThan(0);
    const now = await scrape();
    expect(now.get(`starling_batch_in_flight{${statement}}`)).toBe(0);
    expect(now.get(`starling_batch_waiting{${statement}}`)).toBe(0);
  });

  it('counts the commits of each queue', async () => {
    const grew = await growth(() =>
      Promise.all([1, 2, 3].map(() => api.submit('sku-5').expect(201))),
    );

    expect(grew('starling_commit_items_sum{queue="reviews"}')).toBe(3);
    expect(grew('starling_commit_seconds_count{queue="reviews"}')).toBeGreaterThan(0);
    expect(grew('starling_commit_items_sum{queue="votes"}')).toBe(0);
    expect((await scrape()).get('starling_commit_queue_length{queue="reviews"}')).toBe(0);
  });

  it('counts the hits and misses of each cache', async () => {
    await api.submit('sku-6').expect(201);
    const key = await api.makeKey('read');
    const authorized = { ...FRESH, Authorization: `Bearer ${key}` };
    const grew = await growth(async () => {
      await api.get('/v1/products/sku-6/reviews', authorized).expect(200); // renders the page
      for (let reads = 0; reads < 3; reads += 1)
        await api.get('/v1/products/sku-6/reviews', authorized).expect(200);
      await api.submit('sku-6', { characteristics: { Fit: 4 } }).expect(201);
    });

    const asked = (cache: string) =>
      grew(`starling_cache_hits_total{cache="${cache}"}`) +
      grew(`starling_cache_misses_total{cache="${cache}"}`);
    // The instance stores the page in the background. A read before that renders it again.
    expect(grew('starling_cache_misses_total{cache="first_pages"}')).toBeGreaterThan(0);
    expect(asked('first_pages')).toBe(4);
    expect(grew('starling_cache_misses_total{cache="client_keys"}')).toBeGreaterThan(0);
    expect(asked('client_keys')).toBe(4);
    expect(asked('characteristics')).toBe(1);
    expect((await scrape()).get('starling_cache_entries{cache="characteristics"}')).toBeGreaterThan(
      0,
    );
  });

  it('shows the state of the pools, the quotas and the segments', async () => {
    const grew = await growth(() => api.get('/v1/products/sku-1/summary').expect(200));
    expect(grew('starling_throttle_allowed_total')).toBe(1);
    expect(grew('starling_throttle_refused_total')).toBe(0);

    const now = await scrape();
    expect(now.get('starling_pool_connections_max{pool="reads"}')).toBe(3);
    expect(now.get('starling_pool_connections{pool="reads"}')).toBeGreaterThan(0);
    expect(now.get('starling_pool_waiting{pool="writes"}')).toBe(0);
    expect(now.get('starling_throttle_keys_held')).toBeGreaterThanOrEqual(0);
    expect(now.get('starling_throttle_rule_version')).toBe(0);
    const { rows } = await api.sql.query(
      "SELECT count(*)::integer AS n FROM pg_inherits WHERE inhparent = 'reviews'::regclass",
    );
    expect(now.get('starling_segments')).toBe(rows[0].n);
    expect(now.get('starling_segment_rows_largest')).toBeGreaterThanOrEqual(0);
  });

  it('charges no quota, and answers when the quota is used up', async () => {
    const answer = await api.get('/metrics').expect(200);
    expect(answer.headers).not.toHaveProperty('ratelimit');
  });

  it('answers requests from other machines only under a key with its scope', async () => {
    const throughProxy = { 'X-Forwarded-For': '203.0.113.7' };
    await api.get('/metrics', throughProxy).expect(401);
    // A proxy on this machine is a proxy, even if it names a client on this machine.
    await api.get('/metrics', { 'X-Forwarded-For': '127.0.0.1' }).expect(401);
    await api.get('/metrics', { Forwarded: 'for=127.0.0.1' }).expect(401);

    const admin = await api.makeKey('read', 'write', 'moderate', 'admin');
    await api.get('/metrics', { ...throughProxy, Authorization: `Bearer ${admin}` }).expect(403);
    const collector = await api.makeKey('metrics');
    const { text } = await api
      .get('/metrics', { ...throughProxy, Authorization: `Bearer ${collector}` })
      .expect(200);
    expect(text).toContain('starling_info');
  });

  it('contains nothing from a request', async () => {
    const author = { name: 'Ada', email: 'canary@example.com' };
    await api.submit('sku-7', { author, body: 'canary body' }).expect(201);
    await supertest(api.app)
      .get('/v1/products/sku-7/reviews?canary=1&sort=canary')
      .set('User-Agent', 'canary');
    await supertest(api.app).get('/canary/path');
    expect((await api.get('/metrics').expect(200)).text).not.toMatch(/canary/);
  });
});
