import type { RequestListener } from 'node:http';
import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { composeBeside, createTestApi, type TestApi } from '../support/api';
import { until } from '../support/poll';

let api: TestApi;
let beside: Service;
let moderatorKey: string;
let adminKey: string;
let storeKey: string;

/** Not faked: timers run. Only the clocks stand still until a test moves them on. */
const TIMERS = ['hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
const MORE_TIMERS = ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const;

const aWholeSecond = Math.floor(Date.now() / 1_000) * 1_000;

beforeAll(async () => {
  jest.useFakeTimers({ now: aWholeSecond, doNotFake: [...TIMERS, ...MORE_TIMERS] });
  api = await createTestApi({ THROTTLE: 'off' });
  beside = await composeBeside(api);
  moderatorKey = await api.makeKey('moderate');
  adminKey = await api.makeKey('admin');
  storeKey = await api.makeKey('write');
});
afterAll(async () => {
  await beside.close();
  await api.close();
  jest.useRealTimers();
});
beforeEach(nextSecond);

function nextSecond(): void {
  jest.advanceTimersByTime(1_000);
}

interface Written {
  review_id: number;
  product_id: string;
}

const pageOf = (product: string) => `/v1/products/${product}/reviews`;
const summaryOf = (product: string) => `/v1/products/${product}/summary`;
const widgetOf = (product: string) => `/v1/products/${product}/widget`;
const batchOf = (product: string) => `/v1/summaries?product_ids=${product},nobody`;
const readBeside = (path: string) => supertest(beside.listener).get(path).expect(200);

async function write(product: string, changes: Record<string, unknown> = {}): Promise<Written> {
  return (await api.submit(product, changes).expect(201)).body;
}

/** How many reads of these kinds the instance has sent to the database, by its own metrics. */
async function countItems(...statements: string[]): Promise<number> {
  const { text } = await api.get('/metrics').expect(200);
  return statements
    .map((name) =>
      Number(new RegExp(`starling_batch_items_sum{statement="${name}"} (\\d+)`).exec(text)![1]),
    )
    .reduce((sum, count) => sum + count, 0);
}

const countReads = () => countItems('find_pages', 'list_relevant', 'find_summaries');

describe('within the second in which it was read', () => {
  it.each([
    ['a first page', pageOf],
    ['a summary', summaryOf],
    ['a batch of summaries', batchOf],
    ['a widget', widgetOf],
  ])(
    '%s is answered without the database, and with 304 for its current ETag',
    async (_, pathOf) => {
      await write('kept');
      await api.get(pathOf('kept')).expect(200); // the cache keeps what is requested twice
      const first = await api.get(pathOf('kept')).expect(200);
      const before = await countReads();
      const again = await api.get(pathOf('kept')).expect(200);
      const known = await api
        .get(pathOf('kept'), { 'If-None-Match': first.headers.etag! })
        .expect(304);
      expect((await countReads()) - before).toBe(0);
      const second = Math.floor(Date.now() / 1_000);
      expect(again.text).toBe(first.text);
      for (const { headers } of [first, again, known]) {
        expect(headers).toMatchObject({
          etag: first.headers.etag,
          'x-accel-expires': `@${second}`,
        });
      }
    },
  );

  it('a kept page expires by its age, counted on the clock of the Nginx that asks', async () => {
    await write('aged');
    const expiresAt = async (nginxClock: string) =>
      (await api.get(pageOf('aged'), { 'Starling-Clock': nginxClock }).expect(200)).headers[
        'x-accel-expires'
      ];

    await expiresAt('2000000010.900'); // the cache keeps what is requested twice
    expect(await expiresAt('2000000010.900')).toBe('@2000000010');
    jest.advanceTimersByTime(600);
    expect(await expiresAt('2000000011.500')).toBe('@2000000010');
    expect(await expiresAt('2000000011.600')).toBe('@2000000011');
    jest.advanceTimersByTime(400); // the instance's own second is over, and it reads anew
    expect(await expiresAt('2000000012.000')).toBe('@2000000012');
  });

  it('only a trusted proxy may send the time, and only in one form', async () => {
    const own = () => `@${Math.floor(Date.now() / 1_000)}`;
    const untrusting = await composeBeside(api, { TRUSTED_PROXIES: '203.0.113.1' });
    const ask = (listener: RequestListener, clock: string) =>
      supertest(listener).get(pageOf('nobody')).set('Starling-Clock', clock).expect(200);

    expect((await ask(untrusting.listener, '2000000000.000')).headers['x-accel-expires']).toBe(
      own(),
    );
    for (const clock of [
      '',
      '2000000000',
      '-1.000',
      'now',
      '1e9.000',
      '2000000000.000, 2000000000.000',
    ]) {
      expect((await ask(api.app, clock)).headers['x-accel-expires']).toBe(own());
    }
    await untrusting.close();
  });

  it('a batch reads only the products that were not read yet', async () => {
    await Promise.all([write('older'), write('newer')]);
    for (let n = 0; n < 2; n += 1) await api.get(summaryOf('older')).expect(200);
    const before = await countItems('find_summaries');
    await api.get('/v1/summaries?product_ids=older,newer').expect(200);
    expect((await countItems('find_summaries')) - before).toBe(1);
  });

  it('forty concurrent requests for a page that is not rendered yet read it once', async () => {
    await api.get(pageOf('stampede')).expect(200);
    await write('stampede');
    const before = await countReads();
    const pages = await Promise.all(
      Array.from({ length: 40 }, () => api.get(pageOf('stampede')).expect(200)),
    );
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
    expect((await countReads()) - before).toBe(2); // the stored page, and the rows that it is made of
  });

  it.each([
    { 'Cache-Control': 'no-cache' },
    { 'Cache-Control': 'no-store' },
    { Cookie: 'a=b; starling_wrote=1' },
  ] as Record<string, string>[])('%j is answered by the database', async (headers) => {
    await write('bypassed');
    for (let n = 0; n < 2; n += 1) await api.get(pageOf('bypassed')).expect(200);
    const before = await countItems('find_pages', 'find_summaries');
    for (const pathOf of [pageOf, summaryOf])
      await api.get(pathOf('bypassed'), headers).expect(200);
    expect(await countItems('find_pages', 'find_summaries')).toBe(before + 2);
  });
});

async function untilStored(product: string): Promise<void> {
  await until('the page is stored', async () => {
    const { rowCount } = await api.sql.query('SELECT FROM product_pages WHERE product_id = $1', [
      product,
    ]);
    return rowCount === 1;
  });
}

it('after its second, an unchanged page is checked by its version and not fetched', async () => {
  await write('unchanged');
  await api.get(pageOf('unchanged')).expect(200);
  const first = await api.get(pageOf('unchanged')).expect(200);
  nextSecond();
  await untilStored('unchanged');
  // If the instance fetched the page itself, it would show this one.
  await api.sql.query(`UPDATE product_pages SET page = '{}' WHERE product_id = 'unchanged'`);
  expect((await api.get(pageOf('unchanged')).expect(200)).text).toBe(first.text);
});

describe('a change', () => {
  const asModerator = (request: supertest.Test) =>
    request.set('Authorization', `Bearer ${moderatorKey}`);
  const path = ({ product_id, review_id }: Written) => `${pageOf(product_id)}/${review_id}`;
  const decide = (decision: string, { product_id, review_id }: Written) =>
    asModerator(api.send('post', '/v1/moderation/decisions')).send({
      decisions: [{ product_id, review_id, decision, reason: 'looked at' }],
    });
  const report = (review: Written, actor: string) =>
    api
      .send('post', `${path(review)}/reports`)
      .set({ Authorization: `Bearer ${storeKey}`, 'Starling-Actor': actor })
      .send({ reason: 'spam' });

  const changes: [string, (review: Written) => PromiseLike<unknown>][] = [
    ['a new review', ({ product_id }) => write(product_id)],
    [
      'a vote',
      (review) =>
        api
          .send('put', `${path(review)}/vote`)
          .send({ helpful: true })
          .expect(200),
    ],
    [
      'reports that hide',
      (review) => Promise.all(['a', 'b', 'c'].map((by) => report(review, by).expect(201))),
    ],
    ['a decision', (review) => decide('reject', review).expect(200)],
    [
      'the merchant response',
      (review) =>
        asModerator(api.send('put', `${path(review)}/response`))
          .send({ body: 'Thanks' })
          .expect(200),
    ],
    [
      'a vote of the legacy contract',
      ({ review_id }) => api.send('put', `/reviews/${review_id}/helpful`).expect(204),
    ],
    [
      'the erasure of an author',
      ({ product_id }) =>
        api
          .send('post', '/v1/privacy/erasure')
          .set('Authorization', `Bearer ${adminKey}`)
          .send({ email: `${product_id}@example.com`, mode: 'anonymize' })
          .expect(200),
    ],
  ];

  it.each(changes)(
    '%s is visible on its instance from the next read on, and on another within a second',
    async (name, change) => {
      const product = name.replaceAll(/[^a-z]/g, '-');
      const review = await write(product, {
        author: { name: 'Ada', email: `${product}@example.com` },
      });
      for (let round = 0; round < 2; round += 1) {
        await Promise.all([readBeside(pageOf(product)), readBeside(summaryOf(product))]);
        await Promise.all([api.get(pageOf(product)), api.get(summaryOf(product))]);
      }

      await change(review);
      const shown = await Promise.all([api.get(pageOf(product)), api.get(summaryOf(product))]);
      const { rows } = await api.sql.query(
        'SELECT version FROM product_summaries WHERE product_id = $1',
        [product],
      );
      for (const { headers } of shown) expect(headers.etag).toBe(`W/"1-${rows[0].version}"`);

      nextSecond();
      const elsewhere = await Promise.all([
        readBeside(pageOf(product)),
        readBeside(summaryOf(product)),
      ]);
      for (const [n, { text }] of elsewhere.entries()) expect(text).toBe(shown[n]!.text);
    },
  );
});

it('the metrics count hits, misses, entries and bytes', async () => {
  for (let n = 0; n < 3; n += 1) await api.get(pageOf('metered')).expect(200);
  for (let n = 0; n < 3; n += 1) await api.get(summaryOf('metered')).expect(200);
  const { text } = await api.get('/metrics').expect(200);
  for (const cache of ['pages_read', 'summaries_read']) {
    for (const metric of ['hits_total', 'misses_total', 'entries', 'bytes']) {
      expect(
        Number(new RegExp(`starling_cache_${metric}{cache="${cache}"} (\\d+)`).exec(text)![1]),
      ).toBeGreaterThan(0);
    }
  }
});
