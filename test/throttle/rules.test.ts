import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import supertest from 'supertest';
import { createLogger } from '../../src/platform/telemetry/logger';
import { createClientIdentity } from '../../src/throttle/decide/client-identity';
import { createQuotaService } from '../../src/throttle/decide/quota-service';
import { compileRules } from '../../src/throttle/rules/quota-policy';
import { findRules, insertRules } from '../../src/throttle/rules/rule-repository';
import { DEFAULT_RULES } from '../../src/throttle/rules/rule-schema';
import { createRuleService } from '../../src/throttle/rules/rule-service';
import { createTestApi, type TestApi } from '../support/api';

const folder = mkdtempSync(path.join(tmpdir(), 'starling-rules-'));
let api: TestApi;
let files = 0;

function rulesOf(quota: number, more: object = {}) {
  const policy = {
    name: 'hour',
    applies_to: 'read',
    who: 'address',
    quota,
    window_seconds: 3_600,
    ...more,
  };
  return { policies: [policy] };
}

/** The rules of a throttle whose polls the test starts. */
function createRules(
  file?: string,
  find = (known: number) => findRules(api.sql, known),
  random = 0.5,
) {
  const identity = createClientIdentity(Buffer.alloc(16));
  const quotas = createQuotaService({
    identity,
    rules: compileRules(DEFAULT_RULES, 0),
    addressesMax: 8,
    clientsMax: 8,
    now: () => 0,
    onSlotReused: () => {},
  });
  let due = () => {};
  const delays: number[] = [];
  const service = createRuleService({
    quotas,
    findRules: find,
    file,
    logger: createLogger('silent', 'under-test'),
    random: () => random,
    schedule: (run, delayMs) => {
      due = run;
      delays.push(delayMs);
      return () => {};
    },
  });
  /** Polls once. Resolves when the next poll is scheduled. */
  async function poll() {
    const before = due;
    before();
    while (due === before) await new Promise((resolve) => setImmediate(resolve));
  }
  const burst = () => quotas.rules.addresses.read.policies[0]?.quota;
  return { service, poll, quotas, burst, delays };
}

function file(): string {
  files += 1;
  return path.join(folder, `${files}.json`);
}

beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(() => api.sql.query('TRUNCATE throttle_rules RESTART IDENTITY'));
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

describe('rules', () => {
  it('are the defaults until a version is published', async () => {
    const { service, burst } = createRules();
    await service.start();
    expect(burst()).toBe(1_000);
  });

  it('apply from the first poll after their publication', async () => {
    const { service, poll, burst, quotas } = createRules();
    await service.start();
    const version = await insertRules(api.sql, rulesOf(7), 'test');
    await poll();
    expect(quotas.rules.version).toBe(version);
    expect(burst()).toBe(7);
  });

  it.each([
    [0, 1_600],
    [1, 2_400],
  ])('are polled every two seconds, plus or minus a fifth (%i)', async (random, delayMs) => {
    const { service, poll, delays } = createRules(undefined, undefined, random);
    await service.start();
    await poll();
    expect(delays).toEqual([delayMs, delayMs]);
  });

  it.each([
    ['a value of the wrong kind', rulesOf(7, { window_seconds: 'soon' })],
    ['an unknown field', rulesOf(7, { quotas: 3 })],
    ['one name twice', { policies: [rulesOf(7).policies[0], rulesOf(8).policies[0]] }],
    [
      'more names than a client can hold',
      { policies: [1, 2, 3, 4, 5].map((n) => rulesOf(n, { name: `n${n}` }).policies[0]) },
    ],
    ['no rules at all', ['policies']],
  ])('change nothing when they have %s, and are rejected once', async (_title, broken) => {
    const { service, poll, burst, quotas } = createRules();
    await insertRules(api.sql, rulesOf(7), 'test');
    await service.start();
    await insertRules(api.sql, broken, 'test');
    await poll();
    await poll();
    expect(burst()).toBe(7);
    expect(quotas.rules.version).toBe(1);
    expect(service.refusedVersions).toBe(1);

    await insertRules(api.sql, rulesOf(9), 'test');
    await poll();
    expect(burst()).toBe(9);
  });

  it('stay in force while the database is away', async () => {
    let isAway = false;
    const { service, poll, burst } = createRules(undefined, (known) =>
      isAway ? Promise.reject(new Error('away')) : findRules(api.sql, known),
    );
    await insertRules(api.sql, rulesOf(7), 'test');
    await service.start();
    isAway = true;
    await poll();
    expect(burst()).toBe(7);
  });

  it('are read from the disk at a start without the database', async () => {
    const kept = file();
    const before = createRules(kept);
    await insertRules(api.sql, rulesOf(7), 'test');
    await before.service.start();
    expect(JSON.parse(readFileSync(kept, 'utf8')).version).toBe(1);

    const after = createRules(kept, () => Promise.reject(new Error('away')));
    await after.service.start();
    expect(after.burst()).toBe(7);
    expect(after.quotas.rules.version).toBe(1);
  });
});

describe('a response with 429', () => {
  let strict: TestApi;

  beforeAll(async () => {
    strict = await createTestApi({}, async (databaseUrl) => {
      await publish(databaseUrl, {
        policies: [
          ...rulesOf(3).policies,
          { ...rulesOf(2).policies[0], name: 'writes', applies_to: 'write' },
        ],
      });
      return databaseUrl;
    });
  });
  afterAll(() => strict.close());

  it('has a problem of the registered type, with the policy and the time to wait', async () => {
    for (let i = 0; i < 3; i += 1) await strict.get('/v1/products/1/summary').expect(200);
    const { body, headers } = await strict.get('/v1/products/1/summary?x=secret').expect(429);
    expect(body).toEqual({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      title: 'Request cannot be satisfied as assigned quota has been exceeded',
      status: 429,
      detail: 'Wait for as many seconds as Retry-After says.',
      instance: '/v1/products/1/summary',
      'violated-policies': ['hour'],
    });
    // One unit comes back in twenty minutes, minus the time of the requests themselves.
    expect(Number(headers['retry-after'])).toBeGreaterThan(1_100);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(1_200);
    expect(headers.ratelimit).toMatch(/^"hour";r=0;t=3[56]\d\d$/);
    expect(headers['ratelimit-policy']).toBe('"hour";q=3;w=3600');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('has the headers of every response, and the same request id', async () => {
    const as = (address: string) =>
      strict.get('/v1/products/3/summary', {
        'X-Forwarded-For': address,
        'X-Request-Id': 'mine-1',
      });
    const { headers: answered } = await as('192.0.2.77').expect(200);
    await as('192.0.2.77');
    await as('192.0.2.77');
    const { headers: refused } = await as('192.0.2.77').expect(429);
    expect(refused['x-request-id']).toBe('mine-1');
    expect(refused['access-control-expose-headers']).toContain('Retry-After');
    const ofThisAnswer = [
      'cache-control',
      'cache-tag',
      'content-length',
      'content-type',
      'date',
      'etag',
      'ratelimit',
    ];
    for (const [name, value] of Object.entries(answered))
      if (![...ofThisAnswer, 'x-accel-expires'].includes(name))
        expect([name, refused[name]]).toEqual([name, value]);
  });

  it('has no body for HEAD, and repeats any path unchanged', async () => {
    const from = { 'X-Forwarded-For': '192.0.2.78' };
    for (let i = 0; i < 3; i += 1) await strict.get('/v1/products/3/summary', from).expect(200);
    const head = await strict.send('head', '/v1/products/3/summary').set(from).expect(429);
    expect(head.text).toBeUndefined();
    expect(Number(head.headers['content-length'])).toBeGreaterThan(200);
    const { body } = await supertest(strict.app)
      .get('/n%C3%BCrgends/%22quoted%22')
      .set(from)
      .expect(429);
    expect(body.instance).toBe('/n%C3%BCrgends/%22quoted%22');
  });

  it('comes before the body is read, and closes the connection', async () => {
    const from = { 'X-Forwarded-For': '192.0.2.79' };
    await strict.submit('1').set(from).expect(201);
    await strict.submit('1').set(from).expect(201);
    const { headers } = await strict
      .send('post', '/v1/products/1/reviews')
      .set(from)
      .set('Content-Type', 'application/json')
      .send('{"this is": no JSON')
      .expect(429);
    expect(headers.connection).toBe('close');
  });

  it('cannot be avoided with another spelling of the path or with a client-made header', async () => {
    for (const path of [
      '/V1/Products/1/Summary',
      '/v1/products/1/summary/',
      '/reviews?product_id=1',
    ]) {
      expect((await supertest(strict.app).get(path)).status).toBe(429);
    }
    // The test's connection counts as a trusted proxy: the service believes only the address that it
    // appended.
    const forged = await strict.get('/v1/products/1/summary', {
      Forwarded: 'for=198.51.100.9',
      'X-Real-IP': '198.51.100.9',
    });
    expect(forged.status).toBe(429);
  });

  it('applies to the address that the trusted proxy reports, the last in the chain, with its whole /64', async () => {
    const as = (chain: string) =>
      strict.get('/v1/products/2/summary', { 'X-Forwarded-For': chain });
    for (let i = 0; i < 3; i += 1) await as(`10.9.9.${i}, 2001:db8:1:2::${i}`).expect(200);
    await as('10.1.1.1, 2001:db8:1:2::99').expect(429);
    await as('2001:db8:1:3::1').expect(200);
  });

  it('does not apply to /readyz, which shows the version of the rules', async () => {
    const { body } = await strict.get('/readyz').expect(200);
    expect(body.rule_version).toBe(1);
  });

  it('never occurs in shadow mode', async () => {
    const shadow = await createTestApi({ THROTTLE: 'shadow' }, async (databaseUrl) => {
      await publish(databaseUrl, rulesOf(1));
      return databaseUrl;
    });
    await shadow.get('/v1/products/1/summary').expect(200);
    const { headers } = await shadow.get('/v1/products/1/summary').expect(200);
    expect(headers.ratelimit).toMatch(/^"hour";r=0;t=3[56]\d\d$/);
    await shadow.close();
  });
});

async function publish(databaseUrl: string, rules: object): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await insertRules(client, rules, 'test');
  await client.end();
}
