import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { startNginx, type TestNginx } from '../support/nginx';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import {
  answerJson,
  type ScriptedInstance,
  startScriptedInstance,
} from '../support/scripted-instance';

const PAGE = '/v1/products/1/reviews';

describeWith('nginx', 'Nginx', () => {
  let instances: [ScriptedInstance, ScriptedInstance];
  let nginx: TestNginx;
  /** Servers that a test has started. */
  const closing: (() => Promise<void>)[] = [];
  let path = 0;

  beforeAll(async () => {
    instances = [await startScriptedInstance(), await startScriptedInstance()];
    nginx = await startNginx(instances.map(({ port }) => port));
  });
  afterAll(async () => {
    await nginx?.stop();
    await Promise.all(instances.map((instance) => instance.close()));
  });
  beforeEach(async () => {
    for (const instance of instances) {
      instance.answer = (_request, response) => answerJson(response, { ok: true });
    }
    // The test before may have made Nginx stop using one for a second.
    await until('Nginx asks both instances', async () => {
      for (const instance of instances) instance.requests.length = 0;
      for (let n = 0; n < 2; n++) await (await fetch(`${nginx.url}/healthz`)).arrayBuffer();
      return instances.every(({ requests }) => requests.length > 0);
    });
    for (const instance of instances) instance.requests.length = 0;
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** A public path without earlier requests. */
  const newPage = () => `/v1/products/${++path}/reviews`;
  /** A path whose next response Nginx keeps. `arrived` is empty afterwards. */
  async function pageAskedForOnce(): Promise<string> {
    const page = newPage();
    await (await fetch(nginx.url + page)).arrayBuffer();
    for (const instance of instances) instance.requests.length = 0;
    return page;
  }
  const arrived = () => instances.flatMap(({ requests }) => requests);
  const both = (answer: ScriptedInstance['answer']) => {
    for (const instance of instances) instance.answer = answer;
  };

  describe('as a proxy', () => {
    it('sends a read to another instance when one disconnects', async () => {
      instances[0].answer = (request) => request.socket.destroy();

      for (let n = 0; n < 4; n++) expect((await fetch(nginx.url + newPage())).status).toBe(200);

      expect(instances[0].requests.length).toBeGreaterThan(0);
    });

    it('sends a POST with an Idempotency-Key to another instance when one disconnects', async () => {
      instances[0].answer = (request) => request.socket.destroy();
      const headers = { 'Idempotency-Key': 'k' };

      for (const path of [newPage(), newPage(), '/reviews', '/reviews/2']) {
        expect(
          (await fetch(nginx.url + path, { method: 'POST', body: '{}', headers })).status,
        ).toBe(200);
      }

      expect(instances[0].requests.length).toBeGreaterThan(0);
      expect(
        arrived().every(({ body, headers }) => body === '{}' && headers['idempotency-key'] === 'k'),
      ).toBe(true);
    });

    it('never sends a POST without an Idempotency-Key twice', async () => {
      both((request) => request.socket.destroy());

      const keyed = {
        method: 'POST',
        body: '{}',
        headers: { 'Idempotency-Key': 'only reviews honour it' },
      };
      expect((await fetch(`${nginx.url}/v1/moderation/decisions`, keyed)).status).toBe(502);
      const response = await fetch(nginx.url + PAGE, { method: 'POST', body: '{}' });

      expect(arrived()).toHaveLength(2);
      expect(response.status).toBe(502);
      expect(await response.json()).toEqual({
        type: 'urn:problem-type:starling:no-answer',
        title: 'The service ended before it answered',
        status: 502,
        detail:
          'Whether the request was carried out is not known; repeat it with the same Idempotency-Key.',
        instance: PAGE,
      });
    });

    it('sends a POST to another instance when one accepts no connection', async () => {
      const alone = await startScriptedInstance();
      closing.push(alone.close);
      const halfDead = await startNginx([await portOfNobody(), alone.port]);
      closing.push(halfDead.stop);

      for (let n = 0; n < 4; n++) {
        expect((await fetch(halfDead.url + PAGE, { method: 'POST', body: `${n}` })).status).toBe(
          200,
        );
      }

      expect(alone.requests.map(({ body }) => body)).toEqual(['0', '1', '2', '3']);
    });

    it('passes on the 503 of an instance unchanged, and keeps using that instance', async () => {
      both((_request, response) => {
        response.writeHead(503, { 'Retry-After': '7', 'Content-Type': 'application/problem+json' });
        response.end('{"status":503}');
      });

      for (let n = 0; n < 10; n++) {
        const response = await fetch(nginx.url + newPage());
        expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
      }

      expect(arrived()).toHaveLength(10);
    });
  });

  describe('as a cache', () => {
    it('sends one of 100 simultaneous reads of a path to an instance, if the path was requested before', async () => {
      // Requests that wait for the first response look for it once, after 200 ms. On a busy machine
      // it may come later.
      await until('one answer came in that time', async () => {
        const page = await pageAskedForOnce();
        const responses = await Promise.all(
          Array.from({ length: 100 }, () => fetch(nginx.url + page)),
        );
        expect(responses.map(({ status }) => status)).toEqual(Array(100).fill(200));
        return arrived().length === 1;
      });
    });

    it('keeps a response until the end of the second that the instance names, and not at all without one', async () => {
      const page = await pageAskedForOnce();
      await fetch(nginx.url + page);
      expect((await fetch(nginx.url + page)).headers.get('x-cache-status')).toBe('HIT');

      both((_request, response) => answerJson(response, { ok: true }, {}, -1));
      const past = await pageAskedForOnce();
      await fetch(nginx.url + past);
      expect((await fetch(nginx.url + past)).headers.get('x-cache-status')).toBe('EXPIRED');

      both((_request, response) => response.end('no word about keeping'));
      const silent = await pageAskedForOnce();
      await fetch(nginx.url + silent);
      expect((await fetch(nginx.url + silent)).headers.get('x-cache-status')).toBe('MISS');
    });

    it('keeps no response for a path that is requested once', async () => {
      const page = newPage();
      await fetch(nginx.url + page);
      both((request) => request.socket.destroy());

      expect((await fetch(nginx.url + page)).status).toBe(503);
    });

    it('asks an instance for a request with Cache-Control: no-cache, and serves the response to others', async () => {
      const page = await pageAskedForOnce();
      await fetch(nginx.url + page);
      both((_request, response) => answerJson(response, { changed: true }));

      const own = await fetch(nginx.url + page, { headers: { 'Cache-Control': 'no-cache' } });
      const others = await fetch(nginx.url + page);

      expect(await own.json()).toEqual({ changed: true });
      expect(await others.json()).toEqual({ changed: true });
      expect(others.headers.get('x-cache-status')).toBe('HIT');
    });

    it.each([
      ['an answer to a key', newPage(), { Authorization: 'Bearer x' }, {}],
      ['an answer to a key that reads like no', newPage(), { Authorization: '0' }, {}],
      [
        'a legacy answer to a key',
        '/reviews?product_id=kept',
        { Authorization: 'Bearer starling_x' },
        {},
      ],
      ['a legacy answer to a key alone', '/reviews/kept/list', { Authorization: 'starling_x' }, {}],
      ['an answer marked no-store', newPage(), {}, { 'Cache-Control': 'no-store' }],
      ['an answer marked private', newPage(), {}, { 'Cache-Control': 'private, max-age=60' }],
      ['the moderation queue', '/v1/moderation/queue', {}, {}],
      ['health', '/healthz', {}, {}],
    ])('never keeps %s', async (_what, address, requestHeaders, responseHeaders) => {
      both((_request, response) => answerJson(response, {}, responseHeaders));

      for (let n = 0; n < 2; n++) {
        await fetch(nginx.url + address, { headers: requestHeaders as Record<string, string> });
      }
      await fetch(nginx.url + address);

      expect(arrived()).toHaveLength(3);
    });

    it.each(['ghp_abc', 'Basic YTpi', 'Bearer ghp_abc', '0'])(
      'keeps a legacy response although the request has the key of another service: %s',
      async (authorization) => {
        const address = `/reviews?product_id=${encodeURIComponent(authorization)}`;
        both((_request, response) => answerJson(response, { ok: true }));
        const headers = { Authorization: authorization };
        for (let n = 0; n < 2; n++) await fetch(nginx.url + address, { headers });
        expect((await fetch(nginx.url + address)).headers.get('x-cache-status')).toBe('HIT');
        expect((await fetch(nginx.url + address, { headers })).headers.get('x-cache-status')).toBe(
          'HIT',
        );
      },
    );

    it('serves the last good response when no instance can, with the id of the new request', async () => {
      const page = await pageAskedForOnce();
      both((_request, response) =>
        answerJson(response, { good: true }, { 'X-Request-Id': 'first' }, -1),
      );
      await fetch(nginx.url + page);
      both((request) => request.socket.destroy());

      const response = await fetch(nginx.url + page, { headers: { 'X-Request-Id': 'second' } });

      expect([response.status, response.headers.get('x-cache-status')]).toEqual([200, 'STALE']);
      expect(response.headers.get('x-request-id')).toBe('second');
      expect(await response.json()).toEqual({ good: true });
    });

    it('answers 503 with Retry-After when it has no kept response', async () => {
      both((request) => request.socket.destroy());

      const response = await fetch(nginx.url + newPage());

      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({
        status: 503,
        type: 'urn:problem-type:starling:unavailable',
      });
    });
  });

  describe('as a guard', () => {
    it('answers 413 with a problem to a body of more than 64 kB, which reaches no instance', async () => {
      const response = await fetch(nginx.url + PAGE, {
        method: 'POST',
        body: 'x'.repeat(64 * 1024 + 1),
      });

      expect(response.status).toBe(413);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ status: 413, instance: PAGE });
      expect(arrived()).toHaveLength(0);
    });

    it('answers 429 with a problem to an address that sends too much, whatever its X-Forwarded-For', async () => {
      const strict = await startNginx([instances[0].port], { limitRate: '1r/s', limitBurst: 2 });
      closing.push(strict.stop);

      const responses = await Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          fetch(strict.url + newPage(), { headers: { 'X-Forwarded-For': `203.0.113.${n}` } }),
        ),
      );

      const refused = responses.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThanOrEqual(3);
      expect(refused[0]!.headers.get('retry-after')).toBe('1');
      expect(refused[0]!.headers.get('content-type')).toBe('application/problem+json');
      expect(await refused[0]!.json()).toMatchObject({ status: 429, title: 'Too many requests' });
    });
  });

  describe('with headers', () => {
    it('sends the real address to the instance, not the one that the client names', async () => {
      await fetch(nginx.url + newPage(), {
        headers: {
          'X-Forwarded-For': '203.0.113.9',
          'X-Forwarded-Host': 'evil.example',
          'X-Real-IP': '203.0.113.9',
          Forwarded: 'for=203.0.113.9',
        },
      });

      const { headers } = arrived()[0]!;
      expect(headers['x-forwarded-for']).toBe('127.0.0.1');
      expect([headers['x-forwarded-host'], headers['x-real-ip'], headers.forwarded]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    });

    it('passes on a valid request id of the client, and otherwise makes one', async () => {
      const given = await fetch(nginx.url + newPage(), { headers: { 'X-Request-Id': 'shop-42' } });
      const odd = await fetch(nginx.url + newPage(), { headers: { 'X-Request-Id': 'a b' } });

      expect(given.headers.get('x-request-id')).toBe('shop-42');
      expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
      expect(arrived().map(({ headers }) => headers['x-request-id'])).toEqual(
        expect.arrayContaining(['shop-42', odd.headers.get('x-request-id')]),
      );
    });

    it('compresses for clients that accept it, keeps one copy for all, and sends Vary', async () => {
      const page = await pageAskedForOnce();
      const body = { text: 'a review '.repeat(200) };
      both((_request, response) => answerJson(response, body, { Vary: 'Accept-Encoding' }));

      const plain = await rawGet(nginx.url + page, { 'Accept-Encoding': 'identity' });
      const packed = await rawGet(nginx.url + page, { 'Accept-Encoding': 'gzip' });

      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.headers.vary).toBe('Accept-Encoding');
      expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
      expect(JSON.parse(gunzipSync(packed.body).toString())).toEqual(body);
      expect(arrived()).toHaveLength(1);
    });

    it('answers 304 from a kept response', async () => {
      const page = await pageAskedForOnce();
      both((_request, response) => answerJson(response, {}, { ETag: 'W/"1-7"' }));
      await fetch(nginx.url + page);

      // fetch would add Cache-Control: no-cache.
      const response = await rawGet(nginx.url + page, { 'If-None-Match': 'W/"1-7"' });

      expect([response.status, response.headers['x-cache-status']]).toEqual([304, 'HIT']);
    });
  });

  it('passes on no request for /metrics, however it is spelled', async () => {
    for (const path of ['/metrics', '/metrics?all', '/METRICS/', '/%6detrics', '//metrics']) {
      const response = await fetch(nginx.url + path, { headers: { Authorization: 'Bearer any' } });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ type: 'urn:problem-type:starling:not-found' });
    }
    expect(arrived()).toHaveLength(0);
  });

  it('logs neither addresses nor queries', async () => {
    const page = newPage();
    both((request) => request.socket.destroy());
    await fetch(`${nginx.url}${page}?secret=hunter2`, {
      headers: { 'X-Forwarded-For': '203.0.113.77' },
    });

    const line = () => nginx.accessLog().find((each) => each.path === page);
    await until('the request is in the log', () => line() !== undefined);

    expect(line()).toMatchObject({ method: 'GET', status: 503 });
    const instancePorts = instances.map(({ port }) => `127.0.0.1:${port}`);
    const written = (JSON.stringify(nginx.accessLog()) + nginx.errorLog()).replaceAll(
      new RegExp(instancePorts.join('|'), 'g'),
      'an instance',
    );
    expect(written).not.toMatch(/hunter2|203\.0\.113|127\.0\.0\.1/);
  });

  it('serves its own status on loopback', async () => {
    expect(await (await fetch(nginx.statusUrl)).text()).toMatch(/Active connections: \d+/);
  });
});

async function portOfNobody(): Promise<number> {
  const nobody = await startScriptedInstance();
  await nobody.close();
  return nobody.port;
}

/** Unlike fetch, it does not decompress. */
function rawGet(url: string, headers: Record<string, string>) {
  return new Promise<{
    status: number | undefined;
    headers: Record<string, unknown>;
    body: Buffer;
  }>((resolve, reject) => {
    get(url, { headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(chunks),
      });
    }).on('error', reject);
  });
}
