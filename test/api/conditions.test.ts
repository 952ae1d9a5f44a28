import { type ListeningServer, listen } from '../../src/platform/http/server';
import { createTestApi, type TestApi } from '../support/api';
import { exchange } from '../support/raw-http';

const PAGE = '/v1/products/1/reviews';
const ASSET = '/docs/swagger-ui.css';
const A_DATE = 'Tue, 01 Jan 2019 00:00:00 GMT';

let api: TestApi;
let server: ListeningServer;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off' });
  await api.submit('1').expect(201);
  server = await listen(api.app, '127.0.0.1', 0);
});
afterAll(async () => {
  await server.drain(0);
  await api.close();
});

describe('a public read', () => {
  it.each([
    PAGE,
    '/v1/products/1/summary',
    '/v1/products/1/widget',
    '/v1/summaries?product_ids=1',
    '/reviews/?product_id=1',
  ])(
    'answers 412 to If-Match unless it is *, because a weak tag matches nothing: %s',
    async (path) => {
      const { etag } = (await api.get(path).expect(200)).headers as { etag: string };

      await api.get(path, { 'If-Match': '*' }).expect(200);
      for (const tag of ['"x"', etag, etag.slice(2), '"x", "y"', '']) {
        const refused = await api.get(path, { 'If-Match': tag, 'If-None-Match': etag }).expect(412);
        expect(refused.body).toMatchObject({
          type: 'urn:problem-type:starling:precondition-failed',
        });
        expect(refused.headers['cache-control']).toBe('no-store');
        expect(refused.headers.etag).toBeUndefined();
      }
    },
  );

  it('ignores If-Unmodified-Since, because nothing here has a modification date', async () => {
    for (const date of [A_DATE, 'x', ''])
      await api.get(PAGE, { 'If-Unmodified-Since': date }).expect(200);
  });
});

describe('a file of /docs', () => {
  it.each([
    ['a range behind its end', 416, { Range: 'bytes=99999999-' }, 'range-not-satisfiable'],
    ['another tag', 412, { 'If-Match': '"x"' }, 'precondition-failed'],
    ['an earlier date', 412, { 'If-Unmodified-Since': A_DATE }, 'precondition-failed'],
  ])('requested with %s gets a problem with status %i', async (_what, status, headers, type) => {
    const { body, headers: answered } = await api.get(ASSET, headers).expect(status);

    expect(body).toMatchObject({
      type: `urn:problem-type:starling:${type}`,
      status,
      instance: ASSET,
    });
    expect(answered).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
    expect(answered['content-range']).toEqual(
      status === 416 ? expect.stringMatching(/^bytes \*\/\d+$/) : undefined,
    );
  });

  it('is sent whole, or in part for a valid range', async () => {
    await api.get(ASSET, { Range: 'lines=1-2' }).expect(200);
    const { headers } = await api.get(ASSET, { Range: 'bytes=0-9' }).expect(206);
    expect(headers['content-length']).toBe('10');
  });
});

describe('an unsupported method', () => {
  it.each(['TRACE', 'PATCH', 'PROPFIND', 'LOCK'])('gets 405 with Allow: %s', async (method) => {
    for (const path of [
      PAGE,
      '/v1/summaries',
      '/healthz',
      '/metrics',
      '/openapi.json',
      ASSET,
      '/reviews/1',
    ]) {
      const { head, body } = await exchange(`http://127.0.0.1:${server.port}`, [
        `${method} ${path} HTTP/1.1`,
        'Host: a',
        'Connection: close',
      ]);

      expect(head).toMatch(/^HTTP\/1.1 405 /);
      expect(head).toMatch(/^Allow: [A-Z, ]+\r?$/m);
      expect(JSON.parse(body)).toMatchObject({ status: 405 });
    }
  });

  it('gets 405 with Allow: CONNECT, which never reaches a route', async () => {
    const { head, body } = await exchange(`http://127.0.0.1:${server.port}`, [
      'CONNECT example.com:443 HTTP/1.1',
      'Host: a',
    ]);

    expect(head).toMatch(/^HTTP\/1.1 405 /);
    expect(head).toMatch(/^Allow: GET, HEAD, /m);
    expect(JSON.parse(body)).toMatchObject({
      type: 'urn:problem-type:starling:method-not-allowed',
    });
  });
});
