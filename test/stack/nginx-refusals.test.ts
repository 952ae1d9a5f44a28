import { startNginx, type TestNginx } from '../support/nginx';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { exchange } from '../support/raw-http';
import {
  answerJson,
  type ScriptedInstance,
  startScriptedInstance,
} from '../support/scripted-instance';

describeWith('nginx', 'a request that Nginx refuses itself', () => {
  let instances: ScriptedInstance[];
  let nginx: TestNginx;

  beforeAll(async () => {
    instances = [
      await startScriptedInstance(answerLargest),
      await startScriptedInstance(answerLargest),
    ];
    nginx = await startNginx(instances.map(({ port }) => port));
  });
  afterAll(async () => {
    await nginx?.stop();
    await Promise.all(instances.map((instance) => instance.close()));
  });

  it.each([
    ['a path that does not decode', 400, 'GET /v1/products/%ZZ/reviews HTTP/1.1\r\nHost: a'],
    ['a path with NUL', 400, 'GET /v1/products/%00/reviews HTTP/1.1\r\nHost: a'],
    ['a header twice that there is once', 400, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b'],
    ['no Host', 400, 'GET / HTTP/1.1'],
    [
      'two lengths of a body',
      400,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2',
    ],
    ['TRACE', 405, 'TRACE / HTTP/1.1\r\nHost: a'],
    ['CONNECT', 400, 'CONNECT a:443 HTTP/1.1\r\nHost: a'],
    ['no HTTP', 400, 'hello'],
    ['HTTP of another century', 505, 'GET / HTTP/3.7\r\nHost: a'],
    [
      'a transfer encoding that it cannot read',
      501,
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip',
    ],
    ['an address of 9 kB', 414, `GET /?x=${'x'.repeat(9_000)} HTTP/1.1\r\nHost: a`],
    ['a header of 9 kB', 431, `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(9_000)}`],
  ])(
    'with %s gets a problem with status %i that pages of other origins may read and no cache keeps',
    async (_what, status, head) => {
      const answer = await exchange(nginx.url, [head, 'Connection: close']);

      expect(answer.head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer.head).toContain('Content-Type: application/problem+json');
      expect(answer.head).toContain('Cache-Control: no-store');
      expect(answer.head).toContain('Access-Control-Allow-Origin: *');
      expect(JSON.parse(answer.body)).toMatchObject({ status, title: expect.any(String) });
      if (status === 405)
        expect(answer.head).toContain('Allow: GET, HEAD, OPTIONS, POST, PUT, DELETE');
      else expect(answer.head).not.toContain('Allow:');
    },
  );

  it('is logged as a write when it is one', async () => {
    const path = '/v1/products/logged/reviews';
    await fetch(nginx.url + path, { method: 'POST', body: 'x'.repeat(70_000) });
    const line = () => nginx.accessLog().find((each) => each.path === path);
    await until('the request is in the log', () => line() !== undefined);
    expect(line()).toMatchObject({ method: 'POST', status: 413 });
  });

  it('does not mark an instance as failed, whatever the length of its path', async () => {
    const prefix = '/v1/summaries?product_ids=';
    for (const length of [7_900, 15_500]) {
      const statuses = new Set<number>();
      for (let n = 0; n < 12; n++) {
        const address =
          prefix + 'x'.repeat(length - prefix.length - 2) + String(n).padStart(2, '0');
        statuses.add((await fetch(nginx.url + address)).status);
      }
      expect([...statuses]).toEqual([length < 8_000 ? 200 : 414]);
    }
    for (let n = 0; n < 4; n++)
      expect((await fetch(`${nginx.url}/v1/summaries?n=${n}`)).status).toBe(200);
  });
});

/**
 * A response with the largest head that an instance can send: the tags of a hundred products with
 * the longest keys.
 */
function answerLargest(...[_request, response]: Parameters<ScriptedInstance['answer']>): void {
  const tags = Array.from({ length: 100 }, () => `product-${'x'.repeat(64)}`).join(',');
  answerJson(
    response,
    { ok: true },
    { 'Cache-Tag': tags, ETag: 'W/"1-7"', 'X-Other': 'x'.repeat(2_500) },
  );
}
