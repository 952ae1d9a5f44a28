import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import supertest from 'supertest';
import { createAccessLog } from '../../platform/http/request-context';
import { createLogger } from '../../platform/telemetry/logger';
import { createRequestMeter } from '../../platform/telemetry/request-meter';
import { createClientIdentity } from '../decide/client-identity';
import { createQuotaService } from '../decide/quota-service';
import { compileRules } from '../rules/quota-policy';
import { ruleSet } from '../rules/rule-schema';
import { createRefusal } from './refusal-answer';
import { type ClientOf, createThrottleGate } from './throttle-gate';

const POLICIES = [
  { name: 'reads', applies_to: 'read', who: 'address', quota: 1, window_seconds: 3_600 },
  { name: 'writes', applies_to: 'write', who: 'address', quota: 1, window_seconds: 3_600 },
  { name: 'reads', applies_to: 'read', who: 'client', quota: 2, window_seconds: 3_600 },
];
const COSTS = [{ route: '/dear', base: 1, per_product: 1 }];

/**
 * A gate in front of a listener that answers 200. Its key is the Authorization header; the logged
 * lines are kept.
 */
function createGated(clientOf: ClientOf = ({ headers }) => toClient(headers.authorization)) {
  const identity = createClientIdentity(Buffer.alloc(16));
  const quotas = createQuotaService({
    identity,
    rules: compileRules(ruleSet.parse({ policies: POLICIES, costs: COSTS }), 1),
    addressesMax: 64,
    clientsMax: 64,
    now: () => 0,
    onSlotReused: () => {},
  });
  const lines: string[] = [];
  const logger = createLogger('info', 'test', { write: (line) => void lines.push(line) });
  const meter = createRequestMeter();
  const accessLog = createAccessLog(logger, meter);
  const gate = createThrottleGate({
    quotas,
    identity,
    clientOf,
    addressOf: (request: IncomingMessage) => `${request.headers['x-forwarded-for']}`,
    refuse: createRefusal({ instance: 'one', headers: ['X-Fixed', 'yes'], accessLog }),
    shadow: false,
  });
  const answered: RequestListener = (_request, response) => void response.end('served');
  const server = createServer(gate(answered));
  return { server, lines, quotas, meter };
}

function toClient(key: string | undefined) {
  return key === undefined ? null : { clientId: key };
}

describe('the gate', () => {
  it('passes a request on with its RateLimit header, and answers 429 to one over the quota', async () => {
    const { server } = createGated();
    const first = await supertest(server).get('/').set('X-Forwarded-For', '192.0.2.1').expect(200);
    expect(first.headers.ratelimit).toBe('"reads";r=0;t=3600');
    const second = await supertest(server).get('/').set('X-Forwarded-For', '192.0.2.1').expect(429);
    expect(second.headers).toMatchObject({
      'x-fixed': 'yes',
      'x-served-by': 'one',
      'retry-after': '3600',
    });
    expect(second.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    await supertest(server).get('/').set('X-Forwarded-For', '192.0.2.2').expect(200);
  });

  it('waits for the lookup of a key, then applies the quota of its client', async () => {
    const { server } = createGated(async ({ headers }) => toClient(headers.authorization));
    const ask = () =>
      supertest(server).get('/').set('Authorization', 'acme').set('X-Forwarded-For', '192.0.2.1');
    await ask().expect(200);
    await ask().expect(200);
    await ask().expect(429);
    await ask().unset('Authorization').expect(200);
  });

  it('passes a request on uncounted when its key cannot be looked up', async () => {
    const { server, quotas } = createGated(() => Promise.reject(new Error('away')));
    const { headers } = await supertest(server).get('/').expect(200);
    expect(headers.ratelimit).toBeUndefined();
    expect(quotas.counters).toMatchObject({ allowed: 0, refused: 0 });
  });

  it.each([
    '/dear?product_ids=a,b',
    '/DEAR/?product_ids=a,b',
    'http://elsewhere/dear?product_ids=a,b',
    '/dear?product_ids=a%2Cb',
    '/dear?product_ids=a&product_ids=b',
    '/dear?product%5Fids=a&x=1,2,3&product_ids=b',
  ])('charges the cost of a route in any spelling: %s', async (url) => {
    const { quotas } = createGated();
    const decide = jest.spyOn(quotas, 'decide');
    const gate = createThrottleGate({
      quotas,
      identity: createClientIdentity(Buffer.alloc(16)),
      clientOf: () => null,
      addressOf: () => '192.0.2.1',
      refuse: () => {},
      shadow: false,
    });
    const response = { setHeader: () => {} };
    gate(() => {})({ method: 'GET', url, headers: {} } as IncomingMessage, response as never);
    expect(decide).toHaveBeenCalledWith(null, 'read', 3);
  });

  it('counts refusals in the request metrics, and logs refused writes like other writes', async () => {
    const { server, lines, meter } = createGated();
    for (let i = 0; i < 2; i += 1)
      await supertest(server).get('/?key=secret').set('X-Forwarded-For', '192.0.2.1');
    for (let i = 0; i < 2; i += 1)
      await supertest(server)
        .post('/x?key=secret')
        .set('X-Request-Id', 'mine')
        .set('X-Forwarded-For', '192.0.2.1');
    expect(meter.metrics()).toContainEqual(
      expect.objectContaining({
        labels: { route: 'none', method: 'GET', status: '4xx' },
        value: 1,
      }),
    );
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      request_id: 'mine',
      method: 'POST',
      path: '/x',
      status: 429,
    });
    expect(lines[0]).not.toMatch(/secret|192\.0\.2/);
  });
});
