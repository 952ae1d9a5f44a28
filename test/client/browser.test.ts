import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { findChromium } from '../../bench/storefront/chromium-binary';
import { packageRoot } from '../../src/platform/package-root';
import { insertRules } from '../../src/throttle/rules/rule-repository';
import { createTestApi, type TestApi } from '../support/api';
import { type Browser, openPage } from '../support/browser';
import { describeWith } from '../support/programs';

/** Fifty reads: enough for the page until it exceeds the quota on purpose. */
const RULES = {
  policies: [
    { name: 'hour', applies_to: 'read', who: 'address', quota: 50, window_seconds: 3_600 },
  ],
  costs: [{ route: '/v1/summaries', base: 0.9, per_product: 0.1 }],
};

/**
 * A storefront's page: loads the client from client/esm as it is, and reports the result of each
 * call to the test.
 */
const PAGE = `<!doctype html><title>Storefront</title><script type="module">
import { createStarlingClient } from '/client/starling-client.js';
const outcome = {};
try {
  const api = new URLSearchParams(location.search).get('api');
  const starling = createStarlingClient({ baseUrl: api });
  const draft = { rating: 4, body: 'It works.', author: { name: 'Ada', email: 'ada@example.com' } };
  const review = await starling.submitReview('sku-1', draft, { idempotencyKey: 'from-the-page' });
  outcome.body = review.body;
  const vote = (client) => client.vote('sku-1', review.review_id, { helpful: true });
  outcome.helpful = (await vote(starling)).helpful_count;
  outcome.helpfulAgain = (await vote(createStarlingClient({ baseUrl: api }))).helpful_count;
  outcome.kept = localStorage.getItem('starling-actor ' + api);

  const ids = Array.from({ length: 100 }, (_, index) => 'p-' + index);
  const summaries = await Promise.all(ids.map((id) => starling.summary(id)));
  outcome.inOrder = summaries.every(({ product_id }, index) => product_id === ids[index]);

  const controller = new AbortController();
  const held = starling.listReviews('held', {}, { signal: controller.signal }).catch((error) => error.name);
  await fetch('/when-held');
  controller.abort();
  outcome.aborted = await held;

  outcome.refusal = await (async () => {
    for (let i = 0; i < 60; i += 1) {
      try {
        await starling.readReview('sku-1', review.review_id);
      } catch ({ status, tries, problem }) {
        return { status, tries, policies: problem['violated-policies'] };
      }
    }
  })();
  const { headers } = await fetch(api + '/v1/products/sku-1/reviews');
  outcome.headers = [headers.get('Retry-After'), headers.get('RateLimit-Policy')];
} catch (error) {
  outcome.error = String(error);
}
await fetch('/outcome', { method: 'POST', body: JSON.stringify(outcome) });
</script>`;

describeWith('chromium', 'the client in a browser, on another origin than the service', () => {
  let api: TestApi;
  let browser: Browser;
  const servers: Server[] = [];
  const asked: { line: string; key: string | undefined; origin: string | undefined }[] = [];
  let outcome: Record<string, unknown>;
  let heldWasClosed: Promise<unknown>;

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeAll(async () => {
    api = await createTestApi({}, async (databaseUrl) => {
      const sql = new Client({ connectionString: databaseUrl });
      await sql.connect();
      await insertRules(sql, RULES, 'test');
      await sql.end();
      return databaseUrl;
    });
    const held = Promise.withResolvers<IncomingMessage>();
    heldWasClosed = held.promise.then(async ({ socket }) => {
      if (!socket.destroyed) await once(socket, 'close');
    });
    const service = await listen((request, response) => {
      const { method, url = '', headers } = request;
      const key = headers['idempotency-key'] as string | undefined;
      asked.push({ line: `${method} ${url.split('?')[0]}`, key, origin: headers.origin });
      if (method === 'GET' && url.startsWith('/v1/products/held/')) held.resolve(request);
      else api.app(request, response);
    });
    const told = Promise.withResolvers<string>();
    const storefront = await listen(async (request, response) => {
      const { pathname } = new URL(request.url!, 'http://storefront');
      const file = /^\/client\/([a-z-]+\.js)$/.exec(pathname)?.[1];
      if (pathname === '/outcome') told.resolve(await text(request));
      else if (pathname === '/when-held') await held.promise;
      response.setHeader('Content-Type', file ? 'text/javascript' : 'text/html');
      response.end(file ? readFileSync(path.join(packageRoot, 'client', 'esm', file)) : PAGE);
    });
    browser = openPage(findChromium()!, `${storefront}/?api=${encodeURIComponent(service)}`);
    const deadline = setTimeout(
      () => told.reject(new Error(`The page told nothing. ${browser.said()}`)),
      170_000,
    );
    outcome = JSON.parse(await told.promise) as Record<string, unknown>;
    clearTimeout(deadline);
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await api?.close();
  });

  const askedOf = (line: RegExp) => asked.filter((each) => line.test(each.line));

  it('sends an Idempotency-Key, which a preflight allows', () => {
    expect(outcome).not.toHaveProperty('error');
    expect(outcome).toMatchObject({ body: 'It works.', helpful: 1 });
    const [preflight, write] = askedOf(/^(OPTIONS|POST) \/v1\/products\/sku-1\/reviews$/);
    expect(preflight!.line).toMatch(/^OPTIONS/);
    expect(write).toMatchObject({
      key: 'from-the-page',
      origin: expect.stringMatching(/^http:\/\/127/),
    });
  });

  it('votes as one actor, with a token that the browser keeps', () => {
    expect(outcome).toMatchObject({
      helpful: 1,
      helpfulAgain: 1,
      kept: expect.stringMatching(/^actor1_/),
    });
    expect(askedOf(/^POST \/v1\/actors$/)).toHaveLength(1);
  });

  it('reads a hundred summaries in one request', () => {
    expect(outcome.inOrder).toBe(true);
    expect(askedOf(/^GET \/v1\/summaries$/)).toHaveLength(1);
  });

  it('aborts a request when its caller aborts', async () => {
    expect(outcome.aborted).toBe('AbortError');
    await heldWasClosed;
  });

  it('reads Retry-After, and does not retry when the wait is too long', () => {
    expect(outcome.refusal).toEqual({ status: 429, tries: 1, policies: ['hour'] });
    expect(outcome.headers).toEqual([expect.stringMatching(/^\d+$/), '"hour";q=50;w=3600']);
  });
});
