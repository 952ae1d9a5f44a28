import { startNginx, type TestNginx } from '../support/nginx';
import { describeWith } from '../support/programs';
import { exchange } from '../support/raw-http';
import {
  answerJson,
  type ScriptedInstance,
  startScriptedInstance,
} from '../support/scripted-instance';

const ETAG = 'W/"1-7"';
const A_DATE = 'Tue, 01 Jan 2019 00:00:00 GMT';
/** The number of concurrent requests with each header, and of other readers. */
const AT_A_TIME = 12;

/**
 * A page that Nginx keeps and that is always past its second: each request for it makes Nginx ask the
 * instance, which answers 304.
 */
const answerUnchanged: ScriptedInstance['answer'] = (request, response) => {
  if (request.headers['if-none-match'] !== ETAG) {
    answerJson(response, { text: 'x'.repeat(3_000) }, { ETag: ETAG }, -1);
    return;
  }
  response
    .writeHead(304, { ETag: ETAG, 'X-Accel-Expires': `@${Math.floor(Date.now() / 1000) - 1}` })
    .end();
};

describeWith('nginx', 'a kept page while an instance confirms it', () => {
  let instance: ScriptedInstance;
  let nginx: TestNginx;
  let page = 0;

  beforeAll(async () => {
    instance = await startScriptedInstance(answerUnchanged);
    nginx = await startNginx([instance.port], { limitRate: '100000r/s', limitBurst: 100_000 });
  });
  afterAll(async () => {
    await nginx?.stop();
    await instance?.close();
  });

  const ask = (method: string, path: string, headers: readonly string[] = []) =>
    exchange(nginx.url, [`${method} ${path} HTTP/1.1`, 'Host: a', 'Connection: close', ...headers]);

  async function keptPage(): Promise<string> {
    const path = `/v1/products/${++page}/reviews`;
    for (let n = 0; n < 2; n++) await ask('GET', path);
    expect((await ask('GET', path)).head).toContain('X-Cache-Status: REVALIDATED');
    return path;
  }

  it.each([
    ['If-Match', [200], ['If-Match: "x"']],
    ['If-Match with any tag', [200], ['If-Match: *']],
    ['If-Match with the tag', [200], [`If-Match: ${ETAG}`]],
    // Nginx's configuration cannot tell an empty header from a missing one, but Nginx can: it answers
    // by itself.
    ['an empty If-Match', [412], ['If-Match:']],
    ['two If-Match', [200, 400], ['If-Match: "a"', 'If-Match: "b"']],
    ['If-Unmodified-Since', [200], [`If-Unmodified-Since: ${A_DATE}`]],
    ['an If-Unmodified-Since that is no date', [200], ['If-Unmodified-Since: x']],
    ['an empty If-Unmodified-Since', [412], ['If-Unmodified-Since:']],
    ['If-None-Match', [304], [`If-None-Match: ${ETAG}`]],
    ['If-None-Match and If-Match', [200, 304], [`If-None-Match: ${ETAG}`, 'If-Match: "x"']],
    ['If-Modified-Since', [200], [`If-Modified-Since: ${A_DATE}`]],
    ['a range behind its end', [200], ['Range: bytes=99999999-']],
    ['many ranges', [200], ['Range: bytes=0-1,5-6,88888-']],
    ['a range with If-Range', [200], ['Range: bytes=99999999-', `If-Range: ${ETAG}`]],
    ['If-Match and no-cache', [200], ['If-Match: "x"', 'Cache-Control: no-cache']],
    ['If-Match and a key', [200], ['If-Match: "x"', 'Authorization: Bearer x']],
    ['If-Match and gzip', [200], ['If-Match: "x"', 'Accept-Encoding: gzip']],
  ])(
    'requested with %s crashes no worker, and other readers get their response',
    async (_what, statuses, headers) => {
      const path = await keptPage();
      const allowed = statuses.map((status) => expect.stringMatching(`^HTTP/1.1 ${status} `));

      for (const method of ['GET', 'HEAD']) {
        const both = await Promise.all(
          Array.from({ length: AT_A_TIME }, () => [
            ask(method, path, headers),
            ask('GET', path),
          ]).flat(),
        );
        for (const [n, { head }] of both.entries()) {
          if (n % 2 === 1) expect(head).toMatch(/^HTTP\/1.1 200 /);
          else expect(allowed).toContainEqual(head);
        }
      }

      expect(nginx.errorLog()).not.toContain('exited on signal');
    },
  );

  it('does not answer a condition: the instance gets the condition unchanged, and its response is sent', async () => {
    const path = await keptPage();
    instance.answer = (request, response) => {
      response.writeHead(412, { 'Content-Type': 'application/problem+json' });
      response.end(JSON.stringify({ condition: request.headers['if-match'] }));
    };

    const { head, body } = await ask('GET', path, ['If-Match: "mine"']);
    instance.answer = answerUnchanged;

    expect(head).toMatch(/^HTTP\/1.1 412 /);
    expect(body).toContain(JSON.stringify({ condition: '"mine"' }));
  });
});
