import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { startNginx, type TestNginx } from '../support/nginx';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { exchange } from '../support/raw-http';
import {
  answerJson,
  type ScriptedInstance,
  startScriptedInstance,
} from '../support/scripted-instance';

const CLOSE = ['Host: a', 'Connection: close'];

describeWith('nginx', 'Nginx', () => {
  let instance: ScriptedInstance;
  let nginx: TestNginx;
  let page = 0;

  beforeAll(async () => {
    instance = await startScriptedInstance();
    nginx = await startNginx([instance.port], { limitRate: '1000r/s', limitBurst: 200 });
  });
  afterAll(async () => {
    await nginx?.stop();
    await instance?.close();
  });
  beforeEach(() => {
    instance.answer = (_request, response) => answerJson(response, { ok: true });
  });

  const newPath = () => `/v1/products/secret-${++page}/reviews`;
  const send = (...lines: string[]) => exchange(nginx.url, [...lines, ...CLOSE]);
  const get = (to = newPath()) => send(`GET ${to} HTTP/1.1`);

  /** Sends this and disconnects without reading. */
  function sendAndLeave(text: string): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(nginx.url).port), '127.0.0.1', () => {
        socket.write(text, () => {
          socket.resetAndDestroy();
          resolve();
        });
      });
      socket.on('error', () => {});
    });
  }

  /**
   * Nginx has a message about each of these, with the client's address and the request line, at some
   * log level.
   */
  const provocations: [what: string, provoke: () => Promise<unknown>][] = [
    ['bytes that are no HTTP', () => exchange(nginx.url, ['secret hello'])],
    ['a TLS greeting', () => sendAndLeave('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03')],
    ['an invalid header', () => send('GET /secret HTTP/1.1', 'Bad\x01Header: secret')],
    [
      'headers that are too long',
      () => send('GET /secret HTTP/1.1', `X: ${'secret'.repeat(2_000)}`),
    ],
    ['an address that is too long', () => get(`/${'secret'.repeat(2_000)}`)],
    ['a path that cannot be decoded', () => get('/secret/%ZZ')],
    ['a path that leaves the root', () => get('/../../secret')],
    ['TRACE', () => send('TRACE /secret HTTP/1.1')],
    ['an unknown encoding', () => send('POST /secret HTTP/1.1', 'Transfer-Encoding: secret')],
    ['a body that is too large', () => send('POST /secret HTTP/1.1', 'Content-Length: 9999999')],
    [
      'a client that disconnects within its body',
      () => sendAndLeave('POST /secret HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx'),
    ],
    ['a client that leaves within its headers', () => sendAndLeave('GET /secret HTTP/1.1\r\nHos')],
    [
      'a client that does not wait for its response',
      async () => {
        instance.answer = (_request, response) =>
          setImmediate(() => response.end('x'.repeat(500_000)));
        await sendAndLeave(`GET ${newPath()} HTTP/1.1\r\nHost: a\r\n\r\n`);
      },
    ],
    [
      'an instance that disconnects',
      () => {
        instance.answer = (request) => request.socket.destroy();
        return get();
      },
    ],
    [
      'an instance that disconnects half-way',
      () => {
        instance.answer = (request, response) => {
          response.writeHead(200, { 'Content-Length': '1000' });
          response.write('half', () => request.socket.destroy());
        };
        return get();
      },
    ],
    [
      'an instance that does not send HTTP',
      () => {
        instance.answer = (request) => request.socket.end('secret\r\n\r\n');
        return get();
      },
    ],
    [
      'a response with headers that are too long',
      () => {
        instance.answer = (_request, response) =>
          answerJson(response, {}, { 'X-Long': 'x'.repeat(40_000) });
        return get();
      },
    ],
    [
      'more requests than an address may send',
      () => Promise.all(Array.from({ length: 400 }, () => get('/secret'))),
    ],
    [
      'a cache that cannot be written',
      async () => {
        rmSync(path.join(nginx.folder, 'cache'), { recursive: true });
        writeFileSync(path.join(nginx.folder, 'cache'), 'no folder');
        for (let n = 0; n < 3; n++) await get('/v1/products/secret/reviews');
      },
    ],
  ];

  it('names no client and no request in its error log, whatever clients and instances do', async () => {
    for (const [, provoke] of provocations) await provoke();
    // When this is in the access log, all requests before it are too.
    const last = newPath();
    await get(last);
    await until('the last request is logged', () =>
      nginx.accessLog().some((line) => line.path === last),
    );

    expect(nginx.errorLog()).not.toMatch(/secret|client|request|127\.0\.0\.1/);
  });

  it('names no client and serves on when its access log is full', async () => {
    const mute = await startNginx([instance.port], {}, '/dev/full');
    const paths = Array.from({ length: 40 }, (_, n) => `/secret/${n}/${'x'.repeat(6_000)}`); // more than its buffer
    const answers = await Promise.all(
      paths.map((to) => exchange(mute.url, [`GET ${to} HTTP/1.1`, ...CLOSE])),
    );
    await exchange(mute.url, ['GET /secret HTTP/1.1', ...CLOSE]);
    await until('it says so', () => mute.errorLog().includes('No space left on device'));
    const said = mute.errorLog();
    await mute.stop();

    for (const { head } of answers) expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(said).not.toMatch(/secret|client|request|127\.0\.0\.1/);
  });

  it('writes a line of JSON in UTF-8 per request to its access log, whatever bytes a client sends', async () => {
    const odd = [
      '\xff',
      '\xc3\x28',
      '\xed\xa0\x80',
      '\x80',
      '\xf0\x9f\x98',
      '"',
      '\\',
      '\x7f',
      '\xe2\x80\xa8',
      '{"a":1}',
    ];
    for (const bytes of odd) {
      const to = newPath();
      await get(`${to}/${bytes}?${bytes}`);
      await send(
        `GET ${to} HTTP/1.1`,
        `User-Agent: ${bytes}`,
        `Referer: ${bytes}`,
        `X-Request-Id: ${bytes}`,
      );
      await send(
        `GET ${to} HTTP/1.1`,
        `Cookie: ${bytes}`,
        `X-Forwarded-For: ${bytes}`,
        `If-None-Match: ${bytes}`,
      );
      await send(`G${bytes} ${to} HTTP/1.1`);
      await send(`${bytes} ${bytes}`);
    }
    const complete = () => nginx.accessLog().filter(({ path: to }) => `${to}`.includes('{"a":1}'));
    await until('the last requests are logged', () => complete().length > 0);
    await until('each worker has written its lines', () =>
      nginx.accessLog().some(({ path: to }) => /^\/v1.*\[not ASCII\]$/.test(`${to}`)),
    );

    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      readFileSync(path.join(nginx.logs, 'nginx-access.log')),
    );
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string });
    expect(lines.length).toBeGreaterThan(5 * odd.length);
    expect(lines.map((line) => line.path)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\/v1\/products\/secret-\d+\/reviews\/\[not ASCII\]$/),
        expect.stringMatching(/^\/v1\/products\/secret-\d+\/reviews\/\{"a":1\}$/),
      ]),
    );
  });
});
