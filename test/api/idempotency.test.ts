import { once } from 'node:events';
import { Agent, createServer, type RequestListener, type RequestOptions, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { composeBeside, createTestApi, type TestApi } from '../support/api';

describe('a request with an Idempotency-Key', () => {
  let api: TestApi;
  let beside: Service;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
    beside = await composeBeside(api, { THROTTLE: 'off' });
  });
  afterAll(async () => {
    await beside.close();
    await api.close();
  });

  const draft = (name: string) => ({
    rating: 5,
    body: 'Good.',
    author: { name, email: `${name}@example.com` },
  });
  const post = (product: string, key: string, body: object) =>
    api.send('post', `/v1/products/${product}/reviews`).set('Idempotency-Key', key).send(body);
  const countOf = async (product: string) =>
    (await api.get(`/v1/products/${product}/summary`)).body.count;

  it('gets the same response byte for byte when it is repeated, from any instance', async () => {
    const first = await post('p1', 'key-1', draft('ada')).expect(201);
    const again = await post('p1', 'key-1', draft('ada')).expect(201);
    const elsewhere = await supertest(beside.listener)
      .post('/v1/products/p1/reviews')
      .set('Idempotency-Key', 'key-1')
      .send(draft('ada'))
      .expect(201);

    for (const repeated of [again, elsewhere]) {
      expect(repeated.text).toBe(first.text);
      expect(repeated.headers.location).toBe(first.headers.location);
    }
    expect(await countOf('p1')).toBe(1);
  });

  it('is refused when its key was used for another body or product', async () => {
    await post('p2', 'key-2', draft('bob')).expect(201);
    const other = await post('p2', 'key-2', { ...draft('bob'), rating: 1 }).expect(422);
    expect(other.body.type).toBe('urn:problem-type:starling:key-reused');
    await post('p3', 'key-2', draft('bob')).expect(422);
    expect(await countOf('p3')).toBe(0);
  });

  it('may be corrected under the same key after its body was refused', async () => {
    await post('p4', 'key-4', { ...draft('eve'), rating: 9 }).expect(422);
    await post('p4', 'key-4', draft('eve')).expect(201);
  });

  it('is a repeat only under the same key: under another key the store gets 409', async () => {
    const store = { Authorization: `Bearer ${await api.makeKey('write')}` };
    await post('p5', 'key-5', draft('kim')).set(store).expect(201);
    await post('p5', 'key-5', draft('kim')).set(store).expect(201);
    await post('p5', 'key-6', draft('kim')).set(store).expect(409);
    await api.send('post', '/v1/products/p5/reviews').set(store).send(draft('kim')).expect(409);
    expect(await countOf('p5')).toBe(1);
  });

  it('stores one review for ten thousand parallel requests on two instances, and gives all of them one response', async () => {
    const body = JSON.stringify(draft('zoe'));
    const send = flood('/v1/products/p6/reviews', { 'Idempotency-Key': 'key-7' }, body);
    const answers = await send([api.app, beside.listener], 10_000);
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 201 && status !== 503)).toEqual([]);
    const refused = answers.filter(({ status }) => status === 503); // the queue was full
    for (const { retryAfter } of refused) expect(retryAfter).toMatch(/^\d+$/);
    const created = answers.filter(({ status }) => status === 201);
    expect(created.length + refused.length).toBe(10_000);
    expect(new Set(created.map(({ text, location }) => `${location} ${text}`)).size).toBe(1);
    expect(await countOf('p6')).toBe(1);
    const { rows } = await api.sql.query(
      `SELECT count(*)::integer AS n FROM reviews WHERE product_id = 'p6'`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('stores one of two bodies that race for its key on two instances', async () => {
    for (let round = 0; round < 20; round += 1) {
      const send = (listener: RequestListener, name: string) =>
        supertest(listener)
          .post('/v1/products/p7/reviews')
          .set('Idempotency-Key', `race-${round}`)
          .send(draft(`${name}-${round}`));
      const answers = await Promise.all([send(api.app, 'one'), send(beside.listener, 'two')]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    }
    expect(await countOf('p7')).toBe(20);
  });

  it.each(['', 'x'.repeat(256), 'two words', 'ключ'.normalize()])(
    'is refused when the key is invalid: %j',
    async (key) => {
      const response = await supertest(api.app)
        .post('/v1/products/p8/reviews')
        .set('Idempotency-Key', encodeIfNeeded(key))
        .send(draft('max'));
      expect(response.status).toBe(400);
      expect(response.body.errors[0].path).toBe('Idempotency-Key');
    },
  );

  /** Node sends headers as Latin-1, so other letters arrive as bytes that are no visible ASCII. */
  function encodeIfNeeded(key: string): string {
    return Buffer.from(key, 'utf8').toString('latin1');
  }
});

interface Answer {
  status: number;
  text: string;
  location: string | undefined;
  retryAfter: string | undefined;
}

/**
 * Sends the same POST `count` times to servers of these listeners in turns, all of them at once
 * over as many sockets as there are files for.
 */
function flood(path: string, headers: Record<string, string>, body: string) {
  return async (listeners: RequestListener[], count: number): Promise<Answer[]> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 500 });
    const servers = listeners.map((listener) => createServer(listener).listen(0, '127.0.0.1'));
    try {
      await Promise.all(servers.map((server) => server.listening || once(server, 'listening')));
      const ports = servers.map((server) => (server.address() as AddressInfo).port);
      const options = {
        agent,
        path,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
      };
      return await Promise.all(
        Array.from({ length: count }, (_, n) =>
          post({ ...options, port: ports[n % ports.length]! }, body),
        ),
      );
    } finally {
      agent.destroy();
      for (const server of servers) server.close();
    }
  };
}

function post(options: RequestOptions, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', ...options }, async (response) => {
      const text = (await response.toArray()).join('');
      const { location, 'retry-after': retryAfter } = response.headers;
      resolve({ status: response.statusCode!, text, location, retryAfter });
    });
    sent.on('error', reject).end(body);
  });
}
