import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { composeBeside, createTestApi, type TestApi } from '../support/api';
import { findDrift } from '../support/summaries';

let api: TestApi;
let beside: Service;
let key: string;
/** A key of the store's server, which names its shoppers with actors. */
let store: string;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off' });
  beside = await composeBeside(api);
  key = await api.makeKey('moderate');
  store = await api.makeKey('write');
});
afterAll(async () => {
  await beside.close();
  await api.close();
});

const as = (actor: string) => ({ Authorization: `Bearer ${store}`, 'Starling-Actor': actor });
const asModerator = (request: supertest.Test) => request.set('Authorization', `Bearer ${key}`);

interface Written {
  review_id: number;
  product_id: string;
}

async function write(product: string, changes: Record<string, unknown> = {}): Promise<Written> {
  return (await api.submit(product, changes).expect(201)).body;
}

const LINK = { body: 'see http://spam.example' };

function decide(decision: 'approve' | 'reject', reviews: Written[], reason = 'looked at') {
  return asModerator(api.send('post', '/v1/moderation/decisions')).send({
    decisions: reviews.map(({ review_id, product_id }) => ({
      review_id,
      product_id,
      decision,
      reason,
    })),
  });
}

async function shown(product: string): Promise<{ ids: number[]; count: number }> {
  const [page, summary] = await Promise.all([
    api.get(`/v1/products/${product}/reviews`),
    api.get(`/v1/products/${product}/summary`),
  ]);
  return {
    ids: page.body.reviews.map((each: Written) => each.review_id),
    count: summary.body.count,
  };
}

describe('every moderation route', () => {
  it.each([
    ['get', '/v1/moderation/queue'],
    ['get', '/v1/moderation/reviews/1/audit'],
    ['post', '/v1/moderation/decisions'],
    ['put', '/v1/products/1/reviews/1/response'],
    ['delete', '/v1/products/1/reviews/1/response'],
  ] as const)('needs a key with the scope moderate: %s %s', async (method, path) => {
    const withoutScope = await api.makeKey('read', 'write', 'admin');
    const ask = () => (method === 'get' ? api.get(path) : api.send(method, path));
    expect((await ask().expect(401)).headers['www-authenticate']).toBe('Bearer');
    const { body } = await ask().set('Authorization', `Bearer ${withoutScope}`).expect(403);
    expect(body.type).toBe('urn:problem-type:starling:forbidden');
  });
});

describe('the queue', () => {
  it('lists waiting reviews, oldest first, with the findings of the checks and the reports', async () => {
    const first = await write('queue-1', LINK);
    const second = await write('queue-2', { title: 'Bullshit' });
    const { body, headers } = await asModerator(api.get('/v1/moderation/queue')).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.reviews.map((each: { review: Written }) => each.review.review_id)).toEqual([
      first.review_id,
      second.review_id,
    ]);
    expect(body.reviews[1]).toMatchObject({
      verdict: {
        findings: [{ rule: 'profanity', field: 'title', words: ['Bullshit'], start: 0, end: 8 }],
      },
      reports: {},
    });
    expect(JSON.stringify(body)).not.toContain('@example.com');
  });

  it('shows a verdict of an earlier version, which has no words and places', async () => {
    const { review_id } = await write('older-verdict', LINK);
    await api.sql.query('UPDATE reviews SET verdict = $1 WHERE review_id = $2', [
      { policy: 'auto', links: ['body'], profanity: [], velocity: ['author'] },
      review_id,
    ]);
    const { body } = await asModerator(api.get('/v1/moderation/queue?limit=100')).expect(200);
    const { verdict } = body.reviews.find(
      (each: { review: Written }) => each.review.review_id === review_id,
    );
    expect(verdict).toMatchObject({
      policy: 'auto',
      findings: [
        { rule: 'author_velocity', field: null, words: [] },
        { rule: 'link', field: 'body', words: [], start: null, end: null },
      ],
    });
  });

  it('lists reviews that reports have hidden, and settles the reports when one is approved', async () => {
    const review = await write('reported');
    const report = (actor: string) =>
      api
        .send('post', `/v1/products/reported/reviews/${review.review_id}/reports`)
        .set(as(actor))
        .send({ reason: actor === 'c' ? 'fake' : 'spam' });
    for (const actor of ['a', 'b', 'c']) await report(actor).expect(201);
    expect((await shown('reported')).ids).toEqual([]);

    const { body } = await asModerator(api.get('/v1/moderation/queue?state=flagged')).expect(200);
    expect(body.reviews[0]).toMatchObject({
      review: { review_id: review.review_id },
      reports: { spam: 2, fake: 1 },
    });
    await decide('approve', [review]).expect(200);
    expect((await shown('reported')).ids).toEqual([review.review_id]);
    await report('d').expect(201);
    expect((await shown('reported')).ids).toEqual([review.review_id]);
  });

  it('neither misses nor repeats a review across pages while decisions are made', async () => {
    const rejected: Written[] = [];
    for (let n = 0; n < 7; n += 1) rejected.push(await write(`paged-${n}`));
    await decide('reject', rejected).expect(200);

    const seen: number[] = [];
    let cursor = '';
    do {
      const { body } = await asModerator(
        api.get(`/v1/moderation/queue?state=rejected&limit=2${cursor}`),
      ).expect(200);
      const ids = body.reviews.map((each: { review: Written }) => each.review.review_id);
      seen.push(...ids);
      await decide('approve', [rejected.find(({ review_id }) => review_id === ids[0])!]).expect(
        200,
      );
      cursor = body.next_cursor && `&cursor=${body.next_cursor}`;
    } while (cursor);
    expect(seen).toEqual(rejected.map(({ review_id }) => review_id));
  });

  it('refuses a cursor of another queue', async () => {
    const other = Buffer.from('pending|1').toString('base64url');
    for (const cursor of [other, 'nonsense', '']) {
      const path = `/v1/moderation/queue?state=rejected&cursor=${cursor}`;
      const { body } = await asModerator(api.get(path)).expect(400);
      expect(body.type).toBe('urn:problem-type:starling:invalid-cursor');
    }
  });
});

describe('decisions', () => {
  it('return an outcome for each, independent of the others', async () => {
    const held = await write('each', LINK);
    const fine = await write('each');
    const gone = { review_id: 999_999_999, product_id: 'each' };
    const elsewhere = { ...held, product_id: 'another' };
    const { body } = await decide('approve', [held, fine, gone]).expect(200);
    expect(body.decisions).toEqual([
      { product_id: 'each', review_id: held.review_id, outcome: 'applied', state: 'approved' },
      { product_id: 'each', review_id: fine.review_id, outcome: 'unchanged', state: 'approved' },
      { product_id: 'each', review_id: gone.review_id, outcome: 'not_found', state: null },
    ]);
    expect((await decide('reject', [elsewhere]).expect(200)).body.decisions[0].outcome).toBe(
      'not_found',
    );
    expect((await shown('each')).count).toBe(2);
  });

  it('add a review to pages and summaries, and remove it again', async () => {
    const rated = {
      ...LINK,
      rating: 2,
      recommended: true,
      characteristics: { Fit: 3 },
      photos: ['https://example.com/a.jpg'],
    };
    const review = await write('in-and-out', rated);
    expect(await shown('in-and-out')).toEqual({ ids: [], count: 0 });
    await decide('approve', [review]).expect(200);
    expect(await shown('in-and-out')).toEqual({ ids: [review.review_id], count: 1 });
    expect((await api.get('/v1/products/in-and-out/summary')).body).toMatchObject({
      histogram: { '2': 1 },
      recommended: { yes: 1, no: 0 },
      characteristics: { Fit: { average: 3, count: 1 } },
      photo_count: 1,
    });
    await decide('reject', [review]).expect(200);
    expect(await shown('in-and-out')).toEqual({ ids: [], count: 0 });
    await api.get(`/v1/products/in-and-out/reviews/${review.review_id}`).expect(404);
    expect(await findDrift(api.sql)).toEqual([]);
  });

  it('remove nothing from a summary that did not count the review', async () => {
    const [held, fine] = [await write('never-in', LINK), await write('never-in')];
    await decide('reject', [held]).expect(200);
    await decide('reject', [held]).expect(200);
    expect(await shown('never-in')).toEqual({ ids: [fine.review_id], count: 1 });
  });

  it('change the ETag, so that clients do not get 304', async () => {
    const review = await write('tagged');
    const { headers } = await api.get('/v1/products/tagged/reviews').expect(200);
    await decide('reject', [review]).expect(200);
    await api.get('/v1/products/tagged/reviews', { 'If-None-Match': headers.etag! }).expect(200);
  });

  it('are in the audit: client, time, earlier state and reason', async () => {
    const review = await write('audited', LINK);
    await decide('approve', [review], 'the link is ours').expect(200);
    const response = `/v1/products/audited/reviews/${review.review_id}/response`;
    await asModerator(api.send('put', response)).send({ body: 'Thanks' }).expect(200);
    await decide('reject', [review], 'changed my mind').expect(200);
    const { body, headers } = await asModerator(
      api.get(`/v1/moderation/reviews/${review.review_id}/audit`),
    ).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    const who = {
      product_id: 'audited',
      client_id: expect.stringMatching(/^client-/),
      acted_at: expect.stringMatching(/Z$/),
    };
    expect(body).toEqual({
      review_id: review.review_id,
      actions: [
        { ...who, action: 'approve', from: 'pending', to: 'approved', reason: 'the link is ours' },
        { ...who, action: 'respond', from: 'approved', to: 'approved', reason: null },
        { ...who, action: 'reject', from: 'approved', to: 'rejected', reason: 'changed my mind' },
      ],
      next_cursor: null,
    });
    for (const { acted_at } of body.actions)
      expect(Date.now() - Date.parse(acted_at)).toBeLessThan(60_000);
  });

  it('show actions under their new names when an instance of the last version stored them', async () => {
    await api.sql.query(
      `INSERT INTO moderation_actions (product_id, review_id, action, state_before, client_id)
       SELECT 'renamed', 8888888, action, 'approved', 'client-1'
       FROM unnest(ARRAY['reply', 'withdraw_reply']) AS action`,
    );
    const { body } = await asModerator(api.get('/v1/moderation/reviews/8888888/audit')).expect(200);
    expect(body.actions).toMatchObject([
      { action: 'respond', from: 'approved', to: 'approved' },
      { action: 'withdraw_response', from: 'approved', to: 'approved' },
    ]);
  });

  it('have a paged audit, whose cursor is valid for its review only', async () => {
    const audit = (path: string) => asModerator(api.get(`/v1/moderation/reviews/${path}`));
    await api.sql.query(
      `INSERT INTO moderation_actions (product_id, review_id, action, state_before, reason, client_id)
       SELECT 'many', 7777777, 'reject', 'pending', n::text, 'client-1' FROM generate_series(1, 101) AS n`,
    );
    const { body: first } = await audit('7777777/audit').expect(200);
    const { body: last } = await audit(`7777777/audit?cursor=${first.next_cursor}`).expect(200);
    const reasons = [...first.actions, ...last.actions].map((each) => each.reason);
    expect(reasons).toEqual(Array.from({ length: 101 }, (_, n) => `${n + 1}`));
    expect(last.next_cursor).toBeNull();
    await audit(`7777778/audit?cursor=${first.next_cursor}`).expect(400);
    expect((await audit('7777778/audit').expect(200)).body.actions).toEqual([]);
    await audit('x/audit').expect(400);
  });

  it.each([
    [[], 'decisions', 'must hold at least 1'],
    [
      Array.from({ length: 101 }, (_, n) => ({ review_id: n + 1 })),
      'decisions',
      'must hold at most 100',
    ],
    [[{ review_id: 1 }, { review_id: 1 }], 'decisions', 'must name each review once'],
    [[{ review_id: '1' }], 'decisions.0.review_id', 'must be a whole number'],
    [[{ decision: 'delete' }], 'decisions.0.decision', 'must be approve or reject'],
    [[{ reason: ' ' }], 'decisions.0.reason', 'must not be blank'],
  ])('get 422 for %j', async (changes, path, message) => {
    const decisions = changes.map((change) => ({
      product_id: '1',
      review_id: 1,
      decision: 'reject',
      reason: 'no',
      ...change,
    }));
    const { body } = await asModerator(api.send('post', '/v1/moderation/decisions'))
      .send({ decisions })
      .expect(422);
    expect(body.errors).toContainEqual({ path, message });
  });
});

describe('the merchant response', () => {
  const respond = (review: Written, body: string) =>
    asModerator(
      api.send('put', `/v1/products/${review.product_id}/reviews/${review.review_id}/response`),
    ).send({ body });

  it('is visible with the review from the next read on, in both contracts, until it is withdrawn', async () => {
    const review = await write('77', {
      title: 'Ünïcode "quoted" \u2028',
      characteristics: { Fit: 4 },
    });
    const before = (await api.get('/v1/products/77/reviews')).body.reviews[0];
    const { body } = await respond(review, 'Thank you! 👍 <b>').expect(200);
    expect(body).toEqual({
      ...before,
      response: { body: 'Thank you! 👍 <b>', created_at: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    expect((await api.get('/v1/products/77/reviews')).body.reviews).toEqual([body]);
    expect((await api.get('/reviews?product_id=77')).body.results[0].response).toBe(
      'Thank you! 👍 <b>',
    );

    const path = `/v1/products/77/reviews/${review.review_id}/response`;
    await asModerator(api.send('delete', path)).expect(204);
    expect((await api.get('/v1/products/77/reviews')).body.reviews).toEqual([before]);
    await asModerator(api.send('delete', path)).expect(204);
  });

  it('changes nothing when the same text is sent again, and clients still get 304', async () => {
    const review = await write('twice');
    const first = await respond(review, 'Thanks').expect(200);
    const { headers } = await api.get('/v1/products/twice/reviews');
    const second = await respond(review, 'Thanks').expect(200);
    expect(second.body).toEqual(first.body);
    await api.get('/v1/products/twice/reviews', { 'If-None-Match': headers.etag! }).expect(304);
  });

  it('gets 404 without a review', async () => {
    await respond({ product_id: 'none', review_id: 1 }, 'Thanks').expect(404);
    const path = '/v1/products/none/reviews/1/response';
    await asModerator(api.send('delete', path)).expect(404);
  });
});

describe('under load', () => {
  it('readers who race decisions see only approved reviews, on two instances', async () => {
    const reviews: Written[] = [];
    for (let n = 0; n < 6; n += 1) reviews.push(await write('raced'));
    /**
     * Whether a review is hidden or shown, and since when: from the response to one decision to the
     * start of the next.
     */
    const settled = new Map(
      reviews.map(({ review_id }) => [review_id, { isShown: true, since: 0 }]),
    );
    let clock = 0;
    let deciding = true;
    const reads: [number, number] = [0, 0];
    const violations: string[] = [];

    async function moderate(): Promise<void> {
      for (let round = 0; round < 40 || Math.min(...reads) < 10; round += 1) {
        const decision = round % 2 === 0 ? 'reject' : 'approve';
        const chosen = reviews.filter((_, n) => (n + round) % 3 !== 0);
        for (const { review_id } of chosen)
          settled.get(review_id)!.since = Number.POSITIVE_INFINITY;
        await decide(decision, chosen).expect(200);
        for (const { review_id } of chosen)
          settled.set(review_id, { isShown: decision === 'approve', since: ++clock });
      }
      deciding = false;
    }

    async function read(reader: 0 | 1, app: TestApi['app'], headers: Record<string, string> = {}) {
      for (; deciding; reads[reader] += 1) {
        const before = new Map(settled);
        const startedAt = ++clock;
        const { body } = await supertest(app)
          .get('/v1/products/raced/reviews')
          .set(headers)
          .expect(200);
        const ids = new Set(body.reviews.map((each: Written) => each.review_id));
        for (const [id, { isShown, since }] of before) {
          const wasSettled = since <= startedAt && settled.get(id) === before.get(id);
          if (wasSettled && ids.has(id) !== isShown)
            violations.push(`${id} ${isShown ? 'missing' : 'shown'}`);
        }
      }
    }

    async function recount(): Promise<void> {
      while (deciding)
        violations.push(...(await findDrift(api.sql)).map((drift) => JSON.stringify(drift)));
    }

    await Promise.all([
      moderate(),
      read(0, api.app),
      read(1, beside.listener, { 'Cache-Control': 'no-cache' }), // otherwise up to a second old (test/api/caches.test.ts)
      recount(),
    ]);
    expect(violations).toEqual([]);
  });

  it('decisions, merchant responses, votes, reports and new reviews on the same products do not deadlock', async () => {
    const products = ['hot-3', 'hot-1', 'hot-2'];
    const reviews: Written[] = [];
    for (let n = 0; n < 30; n += 1) reviews.push(await write(products[n % 3]!));
    const statuses = new Set<number>();
    /**
     * Sends it again, as clients do, when a busy machine let a statement time out (503). A
     * deadlock would give 500.
     */
    const note = async (send: () => PromiseLike<supertest.Response>) => {
      let status = 503;
      while (status === 503) ({ status } = await send());
      statuses.add(status);
    };
    const shuffled = (n: number) =>
      [...reviews].sort((a, b) => ((a.review_id * 7 + n) % 31) - ((b.review_id * 7 + n) % 31));

    await Promise.all(
      Array.from({ length: 12 }, async (_, n) => {
        for (let round = 0; round < 4; round += 1) {
          const [some, one] = [shuffled(n + round).slice(0, 20), shuffled(n * 3 + round)[0]!];
          const path = `/v1/products/${one.product_id}/reviews/${one.review_id}`;
          await Promise.all([
            note(() => decide(n % 2 === 0 ? 'approve' : 'reject', some)),
            note(() =>
              asModerator(api.send('put', `${path}/response`)).send({ body: `Response ` }),
            ),
            note(() =>
              api
                .send('put', `${path}/vote`)
                .set(as(`${n}`))
                .send({ helpful: true }),
            ),
            note(() =>
              api
                .send('post', `${path}/reports`)
                .set(as(`${n}`))
                .send({ reason: 'spam' }),
            ),
            note(() => api.submit(one.product_id)),
          ]);
        }
      }),
    );
    expect([...statuses].filter((status) => ![200, 201, 404].includes(status))).toEqual([]);
    expect(await findDrift(api.sql)).toEqual([]);
  });
});
