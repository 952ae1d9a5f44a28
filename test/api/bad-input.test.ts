import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { listen } from '../../src/platform/http/server';
import { createTestApi, type TestApi } from '../support/api';

const AUTHOR = { name: 'Ada', email: 'ada@example.com' };

describe('bad input gets its documented problem', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    for (let n = 0; n < 3; n += 1) await api.submit('sku-1');
    await api.submit('sku-2');
  });
  afterAll(() => api.close());

  function expectProblem(
    response: { status: number; headers: Record<string, string>; body: unknown },
    status: number,
    name: string,
  ) {
    expect({ status: response.status, body: response.body }).toMatchObject({
      status,
      body: { type: `urn:problem-type:starling:${name}`, status, title: expect.any(String) },
    });
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.headers).not.toHaveProperty('etag');
  }

  describe('the query of a page', () => {
    it.each([
      ['sort=best', 'sort', 'must be one of relevant, newest, oldest, highest, lowest, helpful'],
      ['sort=newest&sort=oldest', 'sort', 'must be given once'],
      ['limit=5&limit=6', 'limit', 'must be given once'],
      ['locale=en&locale=de', 'locale', 'must be given once'],
      ['limit=0', 'limit', 'must be a whole number from 1 to 100'],
      ['limit=101', 'limit', 'must be a whole number from 1 to 100'],
      ['limit=ten', 'limit', 'must be a whole number from 1 to 100'],
      ['limit=-1', 'limit', 'must be a whole number from 1 to 100'],
      ['limit=1.5', 'limit', 'must be a whole number from 1 to 100'],
      ['limit=', 'limit', 'must be a whole number from 1 to 100'],
      ['rating=6', 'rating', 'must be ratings from 1 to 5, separated by commas'],
      ['rating=4,', 'rating', 'must be ratings from 1 to 5, separated by commas'],
      ['rating=4&rating=6', 'rating', 'must be ratings from 1 to 5, separated by commas'],
      ['rating=4&rating=', 'rating', 'must be ratings from 1 to 5, separated by commas'],
      ['has_photos=true&has_photos=true', 'has_photos', 'must be given once'],
      ['has_photos=yes', 'has_photos', 'must be true or false'],
      ['verified=1', 'verified', 'must be true or false'],
      ['locale=!', 'locale', 'must be a language tag like en or pt-BR'],
    ])('%s', async (query, path, message) => {
      const response = await api.get(`/v1/products/sku-1/reviews?${query}`);
      expectProblem(response, 400, 'invalid-request');
      expect(response.body.errors).toEqual([{ path, message }]);
      expect(response.body.instance).toBe('/v1/products/sku-1/reviews');
    });
  });

  describe('a cursor', () => {
    async function cursorOf(query: string): Promise<string> {
      const { body } = await api.get(`/v1/products/sku-1/reviews?limit=1&${query}`).expect(200);
      return body.next_cursor;
    }

    it.each([
      [
        'of another sort',
        'sort=newest',
        '/v1/products/sku-1/reviews?sort=oldest',
        /sorted by another order/,
      ],
      [
        'of other filters',
        'rating=5',
        '/v1/products/sku-1/reviews?rating=4,5',
        /continues another listing/,
      ],
      [
        'of another product',
        'sort=newest',
        '/v1/products/sku-2/reviews?sort=newest',
        /continues another listing/,
      ],
    ])('%s', async (_title, query, path, detail) => {
      const response = await api.get(`${path}&cursor=${await cursorOf(query)}`);
      expectProblem(response, 400, 'invalid-cursor');
      expect(response.body.detail).toMatch(detail);
    });

    it('that was altered', async () => {
      const [sort, key, id, mac] = Buffer.from(await cursorOf(''), 'base64url')
        .toString()
        .split('|');
      for (const parts of [
        [sort, key, String(Number(id) + 1), mac],
        [sort, '0', id, mac],
        [sort, key, id, 'AAAAAAAAAAA'],
        [sort, key, id, ''],
        [sort, `${key}'; DROP TABLE reviews; --`, id, mac],
      ]) {
        const forged = Buffer.from(parts.join('|')).toString('base64url');
        expectProblem(
          await api.get(`/v1/products/sku-1/reviews?cursor=${forged}`),
          400,
          'invalid-cursor',
        );
      }
    });

    it('with extra characters around it', async () => {
      const cursor = await cursorOf('');
      for (const longer of [`${cursor}AA`, `${cursor}==`, `%21${cursor}`, `${cursor}%0A`]) {
        expectProblem(
          await api.get(`/v1/products/sku-1/reviews?cursor=${longer}`),
          400,
          'invalid-cursor',
        );
      }
    });

    it.each(['nonsense', '%00', '', 'a'.repeat(200)])(
      'that is not a cursor: %j',
      async (cursor) => {
        expectProblem(
          await api.get(`/v1/products/sku-1/reviews?cursor=${cursor}`),
          400,
          'invalid-cursor',
        );
      },
    );

    it('that is longer than any cursor', async () => {
      expectProblem(
        await api.get(`/v1/products/sku-1/reviews?cursor=${'a'.repeat(301)}`),
        400,
        'invalid-request',
      );
    });
  });

  describe('a path', () => {
    it.each([
      ['a product key of 65 characters', `/v1/products/${'x'.repeat(65)}/reviews`],
      ['a product key with a slash', '/v1/products/a%2Fb/reviews'],
      ['a product key with a space', '/v1/products/a%20b/summary'],
      ['a product key with NUL', '/v1/products/a%00b/reviews/1'],
      ['a review id that is none', '/v1/products/sku-1/reviews/first'],
      ['a review id past 64 bits', '/v1/products/sku-1/reviews/9223372036854775808'],
      ['percent-encoding that does not decode', '/v1/products/%E0%A4%A/reviews'],
      ['a listing of no products', '/v1/summaries'],
      ['a listing with a bad product', '/v1/summaries?product_ids=a,,b'],
      [
        'a listing of 101 products, each in a parameter of its own',
        `/v1/summaries?${Array.from({ length: 101 }, (_, n) => `product_ids=${n}`).join('&')}`,
      ],
      [
        'a listing of 101 products',
        `/v1/summaries?product_ids=${Array.from({ length: 101 }, (_, n) => n)}`,
      ],
    ])('%s', async (_title, path) => {
      expectProblem(await api.get(path), 400, 'invalid-request');
    });

    it('a product key of 64 characters is accepted', async () => {
      await api.get(`/v1/products/${'x'.repeat(64)}/reviews`).expect(200);
    });

    it.each([
      '/index.html',
      '/v2/products/1/reviews',
      '/v1/products/1',
      '/v1/products/1/reviews/2/3',
    ])('unknown: %s', async (path) => {
      expectProblem(await api.get(path), 404, 'not-found');
    });
  });

  it.each([
    ['put', '/v1/products/1/reviews', 'GET, HEAD, POST, OPTIONS'],
    ['delete', '/v1/products/1/summary', 'GET, HEAD, OPTIONS'],
    ['post', '/v1/summaries', 'GET, HEAD, OPTIONS'],
    ['patch', '/v1/products/1/reviews/1', 'GET, HEAD, OPTIONS'],
    ['post', '/healthz', 'GET, HEAD, OPTIONS'],
  ] as const)(
    'a wrong method gets 405 with the allowed ones: %s %s',
    async (method, path, allow) => {
      const response = await api.send(method, path);
      expectProblem(response, 405, 'method-not-allowed');
      expect(response.headers.allow).toBe(allow);
    },
  );

  describe('a body', () => {
    const post = (type = 'application/json') =>
      api.send('post', '/v1/products/sku-1/reviews').set('Content-Type', type);

    it('of 1 MB', async () => {
      expectProblem(
        await post().send(JSON.stringify({ body: 'x'.repeat(1_000_000) })),
        413,
        'body-too-large',
      );
    });

    it('that is empty but chunked', async () => {
      const request = post().set('Transfer-Encoding', 'chunked');
      expectProblem(await request.send(''), 400, 'malformed-body');
    });

    it.each([
      ['a byte that begins nothing', [0xff]],
      ['Latin-1', [0xe9, 0x20]],
      ['a longer form than needed', [0xc0, 0xaf]],
      ['half a character', [0xed, 0xa0, 0x80]],
    ])('that is not UTF-8: %s', async (_title, bytes) => {
      const body = Buffer.from(JSON.stringify({ rating: 5, body: '?', author: AUTHOR })).toString(
        'latin1',
      );
      const broken = Buffer.from(body.replace('?', String.fromCharCode(...bytes)), 'latin1');
      const { port, close } = await listening();
      const answer = await fetch(`http://127.0.0.1:${port}/v1/products/sku-1/reviews`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: broken,
      });
      await close();
      expect(await answer.json()).toMatchObject({
        status: 400,
        detail: 'The body is not valid UTF-8.',
      });
    });

    it.each([
      ['post', '/v1/products/sku-1/reviews'],
      ['put', '/v1/products/sku-1/reviews/1/vote'],
      ['post', '/v1/products/sku-1/reviews/1/reports'],
    ] as const)('that is missing: %s %s', async (method, path) => {
      expectProblem(await api.send(method, path), 400, 'malformed-body');
    });

    it.each(['{"rating": 5,', '', 'rating=5', '{"rating": NaN}'])(
      'that is no JSON: %j',
      async (text) => {
        expectProblem(await post().send(text), 400, 'malformed-body');
      },
    );

    it.each([
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ])('of the type %s', async (type) => {
      expectProblem(await post(type).send('{"rating": 5}'), 415, 'unsupported-media-type');
    });

    it.each(['iso-8859-1', 'utf-16', 'utf-16le', 'utf-32', 'utf-7', 'us-ascii'])(
      'in the character set %s',
      async (charset) => {
        const response = await post(`application/json; charset=${charset}`).send('{}');
        expectProblem(response, 415, 'unsupported-media-type');
      },
    );

    it('in an unknown content encoding', async () => {
      expectProblem(
        await post().set('Content-Encoding', 'compress').send('{}'),
        415,
        'unsupported-media-type',
      );
    });

    it('that is not compressed as its header says', async () => {
      expectProblem(await post().set('Content-Encoding', 'gzip').send('{}'), 400, 'malformed-body');
    });

    it.each(['[]', 'null', '5', '"text"', 'true'])(
      'that is JSON but not an object: %s',
      async (text) => {
        expectProblem(await post().send(text), 422, 'invalid-body');
      },
    );

    it('that ends half-way, which stores nothing', async () => {
      const { port, close } = await listening();
      const { rows: before } = await api.sql.query('SELECT count(*) FROM reviews');
      await exchange(
        port,
        'POST /v1/products/sku-1/reviews HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"rating": 5',
      );
      expect((await api.sql.query('SELECT count(*) FROM reviews')).rows).toEqual(before);
      await api.get('/healthz').expect(200);
      await close();
    });
  });

  it.each([
    ['an unknown method', 400, 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a path that is not ASCII', 400, 'GET /\u00fc HTTP/1.1\r\nHost: a\r\n\r\n'],
    [
      // Of a route that reads its body: another may answer before Node has seen the chunks.
      'invalid chunks',
      400,
      'POST /v1/products/1/reviews HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    ['headers of 17 kB', 431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`],
  ])('an unreadable request gets a problem document too: %s', async (_title, status, bytes) => {
    const server = await listen(api.app, '127.0.0.1', 0);
    const [head = '', body = ''] = (await exchange(server.port, bytes)).split('\r\n\r\n');
    await server.drain(0);
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({
      status,
      type: 'urn:problem-type:starling:invalid-request',
    });
  });

  async function listening(): Promise<{ port: number; close(): Promise<unknown> }> {
    const server: Server = createServer(api.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    return { port, close: () => new Promise((resolve) => server.close(resolve)) };
  }
});

/** Sends only these bytes. @returns what the server sent until it closed the connection */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (text) => {
    received += text;
  });
  socket.end(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}
