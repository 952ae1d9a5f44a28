import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { freePorts } from '../../scripts/local/free-ports';
import { instanceProcess } from '../../scripts/local/instance-process';
import { SupervisedProcess } from '../../scripts/local/supervised-process';
import { packageRoot } from '../../src/platform/package-root';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type NewRelicCollector, startNewRelicCollector } from '../support/new-relic-collector';
import { until } from '../support/poll';
import { temporaryFolder } from '../support/temporary-folder';

const folder = temporaryFolder('new-relic');
let database: TestDatabase;
beforeEach(async () => {
  database ??= await createTestDatabase();
});
afterAll(async () => {
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function startInstance(environment: Record<string, string>) {
  const [port] = (await freePorts(1)) as [number];
  const logFile = path.join(folder, `${port}.log`);
  const spec = instanceProcess({ name: 'watched', port, databaseUrl: database.url, logFile });
  const instance = new SupervisedProcess(
    { ...spec, env: { ...spec.env, ...environment } },
    { add() {}, remove() {} },
    () => {},
  );
  await instance.start(60_000, new AbortController().signal);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => instance.stop(12_000),
    log: () => readFileSync(logFile, 'utf8'),
  };
}

describe('the data for New Relic', () => {
  let collector: NewRelicCollector;

  // An instance sends its data before it ends, but waits for that at most a second. If a busy machine
  // was too slow, the test starts another instance.
  beforeAll(() =>
    until(
      'an instance has sent everything',
      async () => {
        await collector?.close();
        await database?.drop();
        database = await createTestDatabase();
        collector = await startNewRelicCollector();
        const instance = await startInstance(collector.environment);
        try {
          await visit(instance.url);
        } finally {
          await instance.stop();
        }
        return collector.received('shutdown').length === 1;
      },
      120_000,
    ),
  );
  afterAll(() => collector?.close());

  type MetricData = [
    run: string,
    from: number,
    to: number,
    [{ name: string; scope?: string }, number[]][],
  ];
  /** The metrics by name, summed over all minutes. */
  const timeslices = () => {
    const sums = new Map<string, number[]>();
    for (const [, , , entries] of collector.received('metric_data') as MetricData[])
      for (const [{ name, scope }, numbers] of entries)
        if (!scope)
          sums.set(
            name,
            numbers.map((number, index) => number + (sums.get(name)?.[index] ?? 0)),
          );
    return sums;
  };
  const metrics = () =>
    new Map([...timeslices()].map(([name, [count = 0, total = 0]]) => [name, { count, total }]));

  it('names the service and the instance', () => {
    expect(collector.received('connect')).toEqual([
      [expect.objectContaining({ app_name: ['Starling'], display_host: 'watched' })],
    ]);
  });

  it('counts transactions by route, never by product, and without probes', () => {
    const named = [...metrics()].filter(([name]) => name.startsWith('WebTransaction/'));
    const counts = Object.fromEntries(named.map(([name, { count }]) => [name, count]));
    expect(counts).toEqual({
      'WebTransaction/Expressjs/GET/none': 1,
      'WebTransaction/Expressjs/GET//reviews/meta': 1,
      'WebTransaction/Expressjs/GET//v1/products/:product_id/reviews': 4,
      'WebTransaction/Expressjs/POST//v1/products/:product_id/reviews': 2,
    });
    const all = metrics().get('WebTransaction');
    expect(all).toEqual({ count: 8, total: expect.any(Number) });
    expect(all!.total).toBeCloseTo(named.reduce((sum, [, { total }]) => sum + total, 0));
    expect(metrics().get('HttpDispatcher')).toEqual(all);
  });

  it('has an Apdex in which one of the eight requests failed', () => {
    const apdex = timeslices();
    const [satisfied = 0, tolerating = 0, frustrated = 0] = apdex.get('Apdex') ?? [];
    expect(satisfied + tolerating + frustrated).toBe(8);
    expect(frustrated).toBeGreaterThanOrEqual(1);
    expect(
      apdex.get('Apdex/Expressjs/POST//v1/products/:product_id/reviews')![2],
    ).toBeGreaterThanOrEqual(1);
    expect(metrics().get('Errors/allWeb')?.count).toBe(1);
  });

  it('has an event per request, for percentiles, with its instance', () => {
    const batches = collector.received('analytic_event_data') as [
      string,
      object,
      [object, object, object][],
    ][];
    const events = batches
      .flatMap(([, , each]) => each)
      .map(([own, , ofAgent]) => ({ ...own, ...ofAgent }));
    expect(events).toHaveLength(8);
    expect(events).toContainEqual({
      type: 'Transaction',
      name: 'WebTransaction/Expressjs/POST//v1/products/:product_id/reviews',
      timestamp: expect.any(Number),
      duration: expect.any(Number),
      webDuration: expect.any(Number),
      totalTime: expect.any(Number),
      error: true,
      'http.statusCode': '500',
      'request.method': 'POST',
      'host.displayName': 'watched',
    });
  });

  it('has the metrics of /metrics under their names', () => {
    const custom = (name: string) => metrics().get(`Custom/Starling/${name}`);
    expect(custom('commit_items/reviews')).toEqual({ count: 2, total: 2 });
    expect(custom('commit_failed_total/reviews')).toEqual({ count: 1, total: 1 });
    expect(custom('throttle_allowed_total')?.total).toBe(8);
    expect(custom('batch_items/find_pages')?.total).toBe(3);
    const writeConnections = custom('pool_connections_max/writes')!;
    expect(writeConnections.total! / writeConnections.count!).toBe(3); // recorded each 15 s
    expect(custom('cache_misses_total/characteristics')?.total).toBe(1);
    expect(custom('segments')?.total).toBeGreaterThan(0);
    expect(custom('event_loop_lag_p99_seconds')?.total).toBeGreaterThanOrEqual(0);
  });

  it('has errors of the service with their kind and route, and no errors of clients', () => {
    const errors = collector.received('error_event_data') as [
      string,
      object,
      [object, object, object][],
    ][];
    expect(errors.flatMap(([, , events]) => events).map(([, ours]) => ours)).toEqual([
      {
        kind: 'DatabaseError P0001',
        route: 'POST /v1/products/:product_id/reviews',
        'http.statusCode': '500',
        'host.displayName': 'watched',
      },
    ]);
    expect(JSON.stringify(collector.received('error_data'))).toMatch(
      /"stack_trace":\["Error: <redacted>"," {4}at /,
    );
  });

  it('has no text from a request or an error message', () => {
    expect(collector.text()).not.toMatch(/canary/i);
  });
});

it('an instance serves and stops in time while the collector is away', async () => {
  const collector = await startNewRelicCollector();
  await collector.close();
  const warning = 'Unexpected error communicating with New Relic backend.';
  // It has a second to close everything. If a busy machine was too slow, the test starts another.
  await until('one has stopped in order', async () => {
    const instance = await startInstance(collector.environment);
    expect((await fetch(`${instance.url}/v1/products/1/reviews`)).status).toBe(200);
    await until('the agent reports that nothing answers', () => instance.log().includes(warning));
    await instance.stop();
    expect(instance.log()).not.toContain('has been disabled');
    return instance.log().includes('"msg":"stopped"');
  });
});

it('an instance without a license key loads nothing of the agent', () => {
  const start = path.join(packageRoot, 'dist', 'src', 'main.js');
  const script = `require(${JSON.stringify(start)}); console.log(Object.keys(require.cache).filter((f) => /newrelic/.test(f)).length); process.exit()`;
  const loaded = (environment: Record<string, string>) =>
    Number(
      execFileSync(process.execPath, ['-e', script], {
        env: {
          PATH: process.env.PATH,
          DATABASE_URL: database.url,
          NEW_RELIC_HOST: '127.0.0.1',
          ...environment,
        },
      }),
    );

  expect(loaded({})).toBe(0);
  expect(loaded({ NEW_RELIC_LICENSE_KEY: '0'.repeat(40) })).toBeGreaterThan(50);
});

/** One request of each kind. Every text that must not be sent contains "canary". */
async function visit(url: string): Promise<void> {
  const headers = {
    'User-Agent': 'canary-agent',
    Referer: 'https://canary.example',
    'Starling-Actor': 'canary-actor',
  };
  const ask = async (path: string, options: RequestInit = {}) => {
    const response = await fetch(url + path, {
      ...options,
      headers: { ...headers, ...options.headers },
    });
    await response.arrayBuffer();
    return response.status;
  };
  const send = (method: string, path: string, body: unknown) =>
    ask(path, {
      method,
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    });
  const author = { name: 'Canary', email: 'canary@example.com' };
  const review = { rating: 5, body: 'canary body', author };

  const FRESH = { headers: { 'Cache-Control': 'no-cache' } }; // each read from the database
  expect(await send('POST', '/v1/products/canary-sku/reviews', review)).toBe(201);
  for (let reads = 0; reads < 3; reads += 1)
    expect(await ask('/v1/products/canary-sku/reviews', FRESH)).toBe(200);
  expect(await ask('/v1/products/canary-sku/reviews?limit=canary')).toBe(400);
  expect(await ask('/reviews/meta?product_id=1&canary=1')).toBe(200);
  expect(await ask('/canary@example.com')).toBe(404);

  await failInserts();
  expect(await send('POST', '/v1/products/canary-sku-2/reviews?canary=1', review)).toBe(500);
}

/** Makes PostgreSQL refuse reviews with a message that quotes their author. */
async function failInserts(): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION E'no room for %\n    and not for %', NEW.author_email, NEW.author_email; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON reviews FOR EACH ROW EXECUTE FUNCTION refuse();`);
  await client.end();
}
