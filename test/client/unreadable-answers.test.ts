import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createStarlingClient, StarlingError } from '../../client/starling-client';

const PAGE = { product_id: '1', reviews: [], next_cursor: null };
const REVIEW = {
  review_id: 7,
  product_id: '1',
  rating: 4,
  title: '',
  body: 'It works.',
  recommended: null,
  author: { name: 'Ada' },
  verified: false,
  locale: null,
  created_at: '2026-03-14T09:26:53.589Z',
  photos: [],
  characteristics: {},
  response: null,
  helpful_count: 0,
  not_helpful_count: 0,
};
const DRAFT = { rating: 4, body: 'It works.', author: { name: 'Ada', email: 'ada@example.com' } };

type Play = (socket: Socket, request: string) => void;

const servers: Server[] = [];
const sockets = new Set<Socket>();

/**
 * A server that plays one scene per request, and the last one again; it records the requests.
 */
async function play(...scenes: Play[]) {
  const asked: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const request = bytes.toString();
      if (!/^(GET|POST|PUT|DELETE) /.test(request)) return;
      asked.push(request);
      scenes[Math.min(asked.length, scenes.length) - 1]!(socket, request);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl,
    asked,
    keys: () => asked.map((text) => /idempotency-key: (\S+)/i.exec(text)?.[1]),
  };
}

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

/** A whole response. `headers` in place of the usual ones. */
function answer(
  status: number,
  body: string | Buffer,
  headers: string[] = ['Content-Type: application/json'],
): Play {
  const bytes = Buffer.from(body as string);
  return (socket) => {
    const head = [
      `HTTP/1.1 ${status} X`,
      `Content-Length: ${bytes.length}`,
      'Connection: close',
      ...headers,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.end(bytes);
  };
}

const json = (value: unknown) => answer(200, JSON.stringify(value));

/** Headers that announce more bytes than follow, and then `end`. */
function half(end: (socket: Socket) => void): Play {
  return (socket) => {
    const type = 'Content-Type: application/json';
    socket.write(
      `HTTP/1.1 200 OK\r\n${type}\r\nContent-Length: 500\r\n\r\n{"product_id":"1",`,
      () => end(socket),
    );
  };
}

const STALLED = half(() => {});

describe('a success with an unreadable body counts as no response', () => {
  const invalidUtf8 = Buffer.concat([
    Buffer.from('{"product_id":"'),
    Buffer.from([0xff]),
    Buffer.from('"}'),
  ]);
  const scenes: [string, Play][] = [
    ['a body that stalls', STALLED],
    ['a body that is cut off', half((socket) => socket.end())],
    ['a connection that breaks in the body', half((socket) => socket.resetAndDestroy())],
    ['a page of HTML', answer(200, '<!doctype html><p>Welcome', ['Content-Type: text/html'])],
    ['HTML that is called JSON', answer(200, '<!doctype html><p>Welcome')],
    [
      'valid JSON with the type HTML',
      answer(200, JSON.stringify(PAGE), ['Content-Type: text/html']),
    ],
    ['JSON that ends early', answer(200, '{"product_id":"1","reviews":[')],
    ['an empty body', answer(200, '')],
    [
      '204 without a body',
      (socket) => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'),
    ],
    ['null', json(null)],
    ['a list', json([])],
    ['an object of another form', json({ ok: true })],
    ['a page without its reviews', json({ ...PAGE, reviews: null })],
    ['a page of reviews that are none', json({ ...PAGE, reviews: [{ review_id: 1 }] })],
    [
      'a problem with a success status',
      answer(200, JSON.stringify({ ...PAGE, type: 'about:blank', title: 'No', status: 500 }), [
        'Content-Type: application/problem+json',
      ]),
    ],
    ['bytes that are not UTF-8', answer(200, invalidUtf8)],
    ['compressed bytes that are none', answer(200, 'no gzip', ['Content-Encoding: gzip'])],
    ['a redirect to itself', (socket, request) => redirect(socket, request)],
    ['what is not HTTP', (socket) => socket.end('220 mail.example.com ESMTP\r\n')],
  ];
  function redirect(socket: Socket, request: string) {
    const path = request.split(' ')[1]!;
    socket.end(
      `HTTP/1.1 302 Found\r\nLocation: ${path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
  }

  it.each(scenes)(
    '%s: the client tries three times, then calls the fallback',
    async (_title, scene) => {
      const { baseUrl, asked } = await play(scene);
      const client = createStarlingClient({ baseUrl, timeoutMs: 300 });
      const fallback = jest.fn(() => PAGE);
      expect(await client.listReviews('1', {}, { fallback })).toBe(PAGE);
      expect(fallback.mock.calls).toEqual([
        [expect.objectContaining({ name: 'StarlingError', status: null, problem: null, tries: 3 })],
      ]);
      expect(asked.length).toBeGreaterThanOrEqual(3); // fetch follows a redirect
    },
  );

  it.each(scenes)(
    '%s: without a fallback the call rejects with a StarlingError and its cause',
    async (_title, scene) => {
      const { baseUrl } = await play(scene);
      const error = await createStarlingClient({ baseUrl, timeoutMs: 300 })
        .listReviews('1')
        .catch((thrown) => thrown);
      expect(error).toBeInstanceOf(StarlingError);
      expect(error).toMatchObject({
        status: null,
        tries: 3,
        message: expect.stringMatching(/^No answer: ./),
      });
      expect(error.cause).toBeInstanceOf(Error);
    },
  );

  it.each(scenes)('%s: the next try may succeed', async (_title, scene) => {
    const { baseUrl } = await play(scene, json(PAGE));
    const client = createStarlingClient({ baseUrl, timeoutMs: 2_000 });
    expect((await client.listReviews('1')).next_cursor).toBeNull();
  });

  it('is read up to ten megabytes', async () => {
    const chunk = Buffer.alloc(1_000_000, ' ');
    let sent = 0;
    const { baseUrl } = await play((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n');
      const pour = () => {
        sent += chunk.length;
        if (sent < 1e9) socket.write(chunk, (error) => error || pour());
        else socket.end();
      };
      pour();
    });
    const error = await createStarlingClient({ baseUrl, timeoutMs: 60_000 })
      .listReviews('1')
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'StarlingError', tries: 3 });
    expect(error.message).toContain('more than 10000000 bytes');
    expect(sent).toBeLessThan(300e6);
  });

  it('makes the client repeat a write under the same Idempotency-Key', async () => {
    const { baseUrl, keys } = await play(
      answer(201, '{"review_id":'),
      STALLED,
      answer(201, JSON.stringify(REVIEW)),
    );
    const client = createStarlingClient({ baseUrl, timeoutMs: 2_000 });
    expect(await client.submitReview('1', DRAFT)).toEqual(REVIEW);
    expect(keys()).toEqual([keys()[0], keys()[0], keys()[0]]);
    expect(keys()[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('does not include bodies with fields of a later service', async () => {
    const { baseUrl } = await play(json({ ...REVIEW, sentiment: 0.9 }));
    expect(await createStarlingClient({ baseUrl }).readReview('1', 7)).toMatchObject({
      sentiment: 0.9,
    });
  });
});

describe('an error status keeps its meaning', () => {
  it.each<[string, Play]>([
    ['stalls', (socket) => socket.write('HTTP/1.1 404 X\r\nContent-Length: 500\r\n\r\n{"type":')],
    ['is cut off', (socket) => socket.end('HTTP/1.1 404 X\r\nContent-Length: 500\r\n\r\n{"type":')],
    ['is HTML', answer(404, '<p>Not here', ['Content-Type: text/html'])],
    ['is empty', answer(404, '')],
    ['is JSON of another form', answer(404, '{"message":"Not here","detail":7}')],
    ['is text in quotes', answer(404, '"Not here"')],
  ])('when its body %s', async (_title, scene) => {
    const { baseUrl, asked } = await play(scene);
    const call = createStarlingClient({ baseUrl, timeoutMs: 3_000 }).readReview('1', 7);
    await expect(call).rejects.toMatchObject({
      name: 'StarlingError',
      status: 404,
      problem: null,
      tries: 1,
    });
    expect(asked).toHaveLength(1);
  });

  it('rejects the call with the problem that the service sent', async () => {
    const problem = {
      type: 'urn:x',
      title: 'Gone',
      status: 404,
      detail: 'Not here.',
      instance: '/',
    };
    const { baseUrl } = await play(
      answer(404, JSON.stringify(problem), ['Content-Type: application/problem+json']),
    );
    const call = createStarlingClient({ baseUrl }).readReview('1', 7);
    await expect(call).rejects.toMatchObject({ status: 404, problem, message: '404: Not here.' });
  });
});

describe('a call whose caller aborts', () => {
  it.each<[string, Play]>([
    ['before the answer begins', () => {}],
    ['in the middle of a body', STALLED],
    [
      'in the middle of an error',
      (socket) => socket.write('HTTP/1.1 503 X\r\nContent-Length: 9\r\n\r\n{'),
    ],
  ])(
    '%s rejects with the reason, is not repeated, and calls no fallback',
    async (_title, scene) => {
      const controller = new AbortController();
      const arrived = Promise.withResolvers<void>();
      const { baseUrl, asked } = await play((socket, request) => {
        scene(socket, request);
        arrived.resolve();
      });
      const fallback = jest.fn();
      const call = createStarlingClient({ baseUrl }).readReview('1', 7, {
        signal: controller.signal,
        fallback,
      });
      await arrived.promise;
      controller.abort();
      await expect(call).rejects.toMatchObject({ name: 'AbortError' });
      expect(fallback).not.toHaveBeenCalled();
      expect(asked).toHaveLength(1);
    },
  );

  it('before it began sends nothing', async () => {
    const { baseUrl, asked } = await play(json(PAGE));
    const client = createStarlingClient({ baseUrl });
    const signal = AbortSignal.abort(new Error('enough'));
    const fallback = jest.fn();
    await expect(client.listReviews('1', {}, { signal, fallback })).rejects.toThrow('enough');
    await expect(client.summary('1', { signal, fallback })).rejects.toThrow('enough');
    await expect(client.vote('1', 7, { helpful: true }, { signal, fallback })).rejects.toThrow(
      'enough',
    );
    expect([asked, fallback.mock.calls]).toEqual([[], []]);
  });
});

it('treats a fetch that throws at once as no response', async () => {
  const fetchWas = globalThis.fetch;
  const thrown: unknown[] = [new TypeError('blocked'), 'a text', undefined];
  let calls = 0;
  globalThis.fetch = () => {
    calls += 1;
    throw thrown[calls - 1];
  };
  try {
    const error = await createStarlingClient({ baseUrl: 'http://127.0.0.1:9' })
      .listReviews('1')
      .catch((reason) => reason);
    expect(error).toMatchObject({ name: 'StarlingError', status: null, tries: 3 });
    expect(error.cause).toBeInstanceOf(Error);
  } finally {
    globalThis.fetch = fetchWas;
  }
});
