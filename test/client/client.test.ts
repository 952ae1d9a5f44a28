import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createRetryBudget, retryAfterMs, waitBeforeRetry } from '../../client/retry-policy';
import {
  createStarlingClient,
  type StarlingClient,
  StarlingError,
} from '../../client/starling-client';
import { renderContractTypes } from '../../scripts/contract/type-rendering';
import { packageRoot } from '../../src/platform/package-root';
import { createTestApi, type TestApi } from '../support/api';

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
const summaryOf = (productId: string) => ({
  product_id: productId,
  count: 0,
  average: null,
  histogram: { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 },
  recommended: { yes: 0, no: 0 },
  characteristics: {},
  verified_count: 0,
  photo_count: 0,
});
const DRAFT = { rating: 4, body: 'It works.', author: { name: 'Ada', email: 'ada@example.com' } };

const servers: Server[] = [];

/** A server in front of `listener` that records the requests. */
async function serve(listener: RequestListener) {
  const asked: string[] = [];
  const keys: (string | string[] | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    keys.push(request.headers['idempotency-key']);
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, keys };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('the client against the real service', () => {
  let api: TestApi;
  let client: StarlingClient;
  let asked: string[];

  beforeAll(async () => {
    api = await createTestApi();
  });
  beforeEach(async () => {
    const server = await serve(api.app);
    client = createStarlingClient({ baseUrl: `${server.url}/` });
    asked = server.asked;
  });
  afterAll(() => api.close());

  it('writes a review, reads it back, lists it, and votes', async () => {
    const review = await client.submitReview('sku-1', DRAFT);
    expect(await client.readReview('sku-1', review.review_id)).toMatchObject({ body: 'It works.' });
    const page = await client.listReviews('sku-1', { sort: 'newest', rating: [4, 5], limit: 5 });
    expect(page.reviews.map(({ review_id }) => review_id)).toEqual([review.review_id]);
    expect((await client.vote('sku-1', review.review_id, { helpful: true })).helpful_count).toBe(1);
    expect((await client.withdrawVote('sku-1', review.review_id)).helpful_count).toBe(0);
  });

  it('reads a hundred summaries of one tick in one request', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `batch-${index}`);
    const summaries = await Promise.all([...ids, ...ids].map((id) => client.summary(id)));
    expect(summaries.slice(0, 100).map(({ product_id }) => product_id)).toEqual(ids);
    expect(asked).toHaveLength(1);
  });

  it('sends a second request for summaries that do not fit', async () => {
    await Promise.all(Array.from({ length: 101 }, (_, index) => client.summary(`batch-${index}`)));
    expect(asked).toHaveLength(2);
  });

  it('rejects with the problem of a bad request, at once', async () => {
    const refused = client.listReviews('sku-1', { limit: 0 });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      tries: 1,
      problem: { errors: [{ path: 'limit' }] },
    });
    expect(asked).toHaveLength(1);
  });
});

describe('the client after errors and failures', () => {
  it('waits as Retry-After says, then repeats a write under the same key', async () => {
    let answers = 0;
    const { url, keys } = await serve((_request, response) => {
      answers += 1;
      if (answers === 1) response.writeHead(429, { 'Retry-After': '1' }).end('{}');
      else
        response.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify(REVIEW));
    });
    const began = performance.now();
    const review = await createStarlingClient({ baseUrl: url }).submitReview('1', DRAFT);
    expect(review.review_id).toBe(7);
    expect(performance.now() - began).toBeGreaterThan(950); // a timer may be a millisecond early; without Retry-After: 200 at most
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it('gets its response from another instance when one dies during a request', async () => {
    let answers = 0;
    const { url } = await serve((request, response) => {
      answers += 1;
      if (answers === 1) request.socket.destroy();
      else response.end('{"product_id":"1","reviews":[],"next_cursor":null}');
    });
    const page = await createStarlingClient({ baseUrl: url }).listReviews('1');
    expect(page.reviews).toEqual([]);
  });

  it('tries three times at most, then calls the fallback', async () => {
    const { url, asked } = await serve((_request, response) => response.writeHead(503).end());
    const fallback = jest.fn(() => ({ product_id: '1', reviews: [], next_cursor: null }));
    const page = await createStarlingClient({ baseUrl: url }).listReviews('1', {}, { fallback });
    expect(page.reviews).toEqual([]);
    expect(asked).toHaveLength(3);
    expect(fallback).toHaveBeenCalledWith(expect.objectContaining({ status: 503, tries: 3 }));
  });

  it('does not multiply an outage: one retry per ten requests after the saved ones are spent', async () => {
    const { url, asked } = await serve((_request, response) => response.writeHead(503).end());
    const client = createStarlingClient({ baseUrl: url });
    for (let i = 0; i < 50; i += 1) await client.readReview('1', 1).catch(() => {});
    expect(asked.length).toBeLessThanOrEqual(50 + 10 + 5);
    expect(asked.length).toBeGreaterThan(60);
  });

  it('stops waiting when its caller aborts, and does not call the fallback', async () => {
    const { url, asked } = await serve((_request, response) =>
      response.writeHead(429, { 'Retry-After': '9' }).end('{}'),
    );
    const controller = new AbortController();
    const fallback = jest.fn();
    const call = createStarlingClient({ baseUrl: url }).listReviews(
      '1',
      {},
      { signal: controller.signal, fallback },
    );
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(fallback).not.toHaveBeenCalled();
  });

  it('drops one caller of a batch and serves the others', async () => {
    const { url } = await serve((_request, response) =>
      response.end(JSON.stringify({ summaries: ['a', 'b'].map(summaryOf) })),
    );
    const client = createStarlingClient({ baseUrl: url });
    const controller = new AbortController();
    const gone = client.summary('a', { signal: controller.signal });
    const stays = client.summary('b');
    controller.abort(new Error('enough'));
    await expect(gone).rejects.toThrow('enough');
    expect((await stays).product_id).toBe('b');
  });

  it('treats a server that does not answer in time as failed', async () => {
    const { url } = await serve(() => {});
    const call = createStarlingClient({ baseUrl: url, timeoutMs: 400 }).readReview('1', 1);
    await expect(call).rejects.toBeInstanceOf(StarlingError);
    await expect(call).rejects.toMatchObject({ tries: 3 });
  });
});

describe('the retry policy', () => {
  it('adds a random part of a doubling bound to Retry-After', () => {
    expect(waitBeforeRetry(1, 429, 2_000, 0)).toBe(2_000);
    expect(waitBeforeRetry(1, 429, 2_000, 1)).toBe(2_200);
    expect(waitBeforeRetry(2, 503, 0, 1)).toBe(400);
    expect(waitBeforeRetry(1, null, 0, 0.5)).toBe(100);
  });

  it.each([400, 401, 404, 409, 422, 500])('does not repeat a request after %i', (status) => {
    expect(waitBeforeRetry(1, status, 0, 0.5)).toBeNull();
  });

  it('does not wait longer than a user would', () => {
    expect(waitBeforeRetry(1, 429, 60_000, 0.5)).toBeNull();
    expect(waitBeforeRetry(1, 429, Number.POSITIVE_INFINITY, 0.5)).toBeNull();
  });

  const NOON = Date.parse('2026-03-14T12:00:00Z');
  it.each([
    ['2', null, 2_000],
    [' 0 ', null, 0],
    ['99999999999', null, 99_999_999_999_000],
    ['9'.repeat(400), null, Number.POSITIVE_INFINITY],
    ['Sat, 14 Mar 2026 12:00:07 GMT', null, 7_000],
    ['Sat, 14 Mar 2026 11:59:00 GMT', null, 0],
    ['Saturday, 14-Mar-26 12:00:07 GMT', null, 7_000],
    ['Sat, 14 Mar 2026 15:00:03 GMT', 'Sat, 14 Mar 2026 15:00:00 GMT', 3_000],
    ['Sat, 14 Mar 2026 12:00:03 GMT', 'yesterday', 3_000],
    ['Sat, 99 Mar 2026 12:00:07 GMT', null, 0],
    ['-5', null, 0],
    ['1.5', null, 0],
    ['soon', null, 0],
    ['', null, 0],
    [null, null, 0],
  ])('reads Retry-After: %s (Date: %s) as %d ms', (retryAfter, date, expected) => {
    const headers = { get: (name: string) => (name === 'date' ? date : retryAfter) };
    expect(retryAfterMs(headers, NOON)).toBe(expected);
  });

  it('gains a tenth of a retry with each request', () => {
    const budget = createRetryBudget();
    while (budget.spend());
    for (let i = 0; i < 11; i += 1) budget.earn();
    expect([budget.spend(), budget.spend()]).toEqual([true, false]);
  });
});

describe("the client's types", () => {
  it('match the OpenAPI document (npm run contract-types)', () => {
    const file = readFileSync(path.join(packageRoot, 'client', 'contract-types.ts'), 'utf8');
    // The formatter breaks lines in its own way, and begins a long union with a stroke.
    const bare = (text: string) => text.replace(/[\s()]/g, '').replaceAll(':|', ':');
    expect(bare(file)).toBe(bare(renderContractTypes()));
  });
});
