import { gzipSync } from 'node:zlib';
import { createTestApi, type TestApi } from '../support/api';

const AUTHOR = { name: 'Ada', email: 'ada@example.com' };
const VALID = { rating: 5, body: 'It works.', author: AUTHOR };
/** An error response to the largest body is no larger than an ordinary review. */
const ANSWER_BYTES_MAX = 16_000;

const named = (count: number, value: unknown, prefix = 'n') =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, value]));

describe('an error response is bounded, however much is wrong', () => {
  let api: TestApi;
  let moderator: string;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
    moderator = `Bearer ${await api.makeKey('moderate', 'admin')}`;
  });
  afterAll(() => api.close());

  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

  it.each<[string, string, string]>([
    [
      '5,000 unknown characteristics',
      '/v1/products/1/reviews',
      JSON.stringify({ ...VALID, characteristics: named(5_000, 1) }),
    ],
    [
      '5,000 characteristics without a rating',
      '/v1/products/1/reviews',
      JSON.stringify({ ...VALID, characteristics: named(5_000, 9) }),
    ],
    [
      '5,000 unknown fields',
      '/v1/products/1/reviews',
      JSON.stringify({ ...VALID, ...named(5_000, 1) }),
    ],
    [
      '30,000 photos',
      '/v1/products/1/reviews',
      JSON.stringify({ ...VALID, photos: Array(30_000).fill(1) }),
    ],
    [
      '60 photos that are not web addresses',
      '/v1/products/1/reviews',
      JSON.stringify({ ...VALID, photos: Array(60).fill('a') }),
    ],
    [
      'a name of 60,000 characters',
      '/v1/products/1/reviews',
      JSON.stringify({ ...VALID, characteristics: { ['x'.repeat(60_000)]: 1 } }),
    ],
    [
      'lists 30,000 levels deep',
      '/v1/products/1/reviews',
      `{"rating":5,"photos":${nested(30_000)}}`,
    ],
    [
      'objects 10,000 levels deep',
      '/v1/products/1/reviews',
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    ],
    [
      'a number of 60,000 digits',
      '/v1/products/1/reviews',
      JSON.stringify(VALID).replace('5', '9'.repeat(60_000)),
    ],
    [
      'a hundred decisions with five bad values each',
      '/v1/moderation/decisions',
      JSON.stringify({
        decisions: Array(100).fill({
          product_id: '!',
          review_id: -1,
          decision: 'x',
          reason: '',
          more: 1,
        }),
      }),
    ],
    [
      '15,000 decisions',
      '/v1/moderation/decisions',
      JSON.stringify({ decisions: Array(15_000).fill({}) }),
    ],
    ['an export of 5,000 fields', '/v1/privacy/export', JSON.stringify(named(5_000, 1))],
    ['5,000 legacy fields', '/reviews', JSON.stringify({ product_id: 1, ...named(5_000, 9) })],
    [
      '5,000 legacy characteristics',
      '/reviews',
      JSON.stringify({ product_id: 1, rating: 5, characteristics: named(5_000, 9) }),
    ],
  ])('%s', async (_title, path, body) => {
    const request = api.send('post', path).set('Content-Type', 'application/json');
    if (path.startsWith('/v1/mod') || path.startsWith('/v1/priv'))
      request.set('Authorization', moderator);
    const response = await request
      .set('Content-Encoding', 'gzip')
      .serialize((bytes) => bytes)
      .send(gzipSync(body));
    expect(response.status).toBe(422);
    expect(response.text.length).toBeLessThan(ANSWER_BYTES_MAX);
  });

  it('names the first twenty bad values and the number of others', async () => {
    const { body } = await api.submit('1', { rating: 9, ...named(500, 1) }).expect(422);
    expect(body.errors).toHaveLength(20);
    expect(body.errors[0]).toEqual({
      path: 'rating',
      message: 'must be a whole number from 1 to 5',
    });
    expect(body.detail).toBe('The first 20 are named; 481 more values are not valid.');
    const exact = await api.submit('1', named(20, 1)).expect(422);
    expect(exact.body.errors).toHaveLength(20);
    expect(exact.body).not.toHaveProperty('detail');
  });

  it('truncates field names from the request in its paths', async () => {
    const { body } = await api.submit('1', { [`${'x'.repeat(198)}😀😀`]: 1 }).expect(422);
    expect(body.errors[0].path).toBe(`${'x'.repeat(198)}\ufffd…`);
  });

  it('refuses more than a thousand values, more than ten levels, and more than fifty characteristics', async () => {
    const refused = async (changes: object, path: string, message: RegExp) => {
      const { body } = await api.submit('1', changes as Record<string, unknown>).expect(422);
      expect(body.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    };
    await refused({ photos: Array(1_001).fill('a') }, 'photos', /^holds too many values/);
    await refused(
      { characteristics: JSON.parse(`{"Fit":${nested(12)}}`) },
      'characteristics.Fit.0.0.0.0.0.0.0.0',
      /^is nested too deep/,
    );
    await refused({ characteristics: named(51, 1) }, 'characteristics', /^must name at most 50$/);
    const { body } = await api.submit('1', { characteristics: named(50, 1) }).expect(422);
    expect(body.errors).toHaveLength(20);
  });

  it('refuses a query of more than a hundred parameters', async () => {
    const of = (count: number) => Array.from({ length: count }, (_, n) => `utm_${n}=1`).join('&');
    await api.get(`/v1/products/1/reviews?${of(100)}`).expect(200);
    for (const path of ['/v1/products/1/reviews', '/v1/moderation/queue'])
      await api
        .get(`${path}?${'a&'.repeat(4_000)}sort=best`, { Authorization: moderator })
        .expect(400);
    const { body } = await api.get(`/v1/products/1/reviews?${of(101)}`).expect(400);
    expect(body.detail).toBe('A query may have 100 parameters.');
  });
});

describe('a name from the prototype of objects', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
  });
  afterAll(() => api.close());

  const post = (path: string, json: string) =>
    api.send('post', path).set('Content-Type', 'application/json').send(json);
  const draft = (more: string) => `${JSON.stringify(VALID).slice(0, -1)},${more}}`;

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'])(
    'is an unknown characteristic like any other: %s',
    async (name) => {
      const path = '/v1/products/1/reviews';
      const { body } = await post(path, draft(`"characteristics":{"Fit":4,"${name}":4}`)).expect(
        422,
      );
      expect(body).toMatchObject({
        type: 'urn:problem-type:starling:invalid-body',
        errors: [{ path: `characteristics.${name}` }],
      });
      const unknown = await post(path, draft(`"${name}":{"rating":1}`)).expect(422);
      expect(unknown.body.errors).toEqual([{ path: name, message: 'is not a known field' }]);
      const inAuthor = JSON.stringify(VALID).replace('"name"', `"${name}":1,"name"`);
      expect((await post(path, inAuthor).expect(422)).body.errors[0].path).toBe(`author.${name}`);
    },
  );

  it.each(['__proto__', 'constructor', 'toString'])(
    'is ignored by the legacy contract like any other unknown id: %s',
    async (name) => {
      const legacy = {
        product_id: 5,
        rating: 4,
        body: 'Good.',
        name: 'Ada',
        email: `${name}@example.com`,
      };
      const json = `${JSON.stringify(legacy).slice(0, -1)},"${name}":1,"characteristics":{"6":5,"${name}":4}}`;
      await post('/reviews', json).expect(201);
      const { text } = await api.get('/reviews/5/meta').expect(200);
      expect(Object.keys(JSON.parse(text).characteristics)).toEqual(['Fit']);
    },
  );
});

describe('an id above 2^53', () => {
  let api: TestApi;
  let key: Record<string, string>;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
    key = { Authorization: `Bearer ${await api.makeKey('moderate', 'admin')}` };
  });
  afterAll(() => api.close());

  const IDS = [
    '9007199254740992',
    '9007199254740993',
    '9223372036854775807',
    '9223372036854775808',
    '1'.repeat(40),
  ];

  it.each(IDS)('is refused wherever an id is taken: %s', async (id) => {
    await api.get(`/v1/products/1/reviews/${id}`).expect(400);
    await api.send('put', `/v1/products/1/reviews/${id}/vote`).send({ helpful: true }).expect(400);
    await api.send('delete', `/v1/products/1/reviews/${id}/vote`).expect(400);
    await api
      .send('post', `/v1/products/1/reviews/${id}/reports`)
      .send({ reason: 'spam' })
      .expect(400);
    await api.get(`/v1/moderation/reviews/${id}/audit`, key).expect(400);
    await api
      .send('put', `/v1/products/1/reviews/${id}/response`)
      .set(key)
      .send({ body: 'Hi' })
      .expect(400);
    await api.send('delete', `/v1/products/1/reviews/${id}/response`).set(key).expect(400);
    const decision = { product_id: '1', review_id: 1, decision: 'approve', reason: 'Good' };
    const json = JSON.stringify({ decisions: [decision] }).replace(
      '"review_id":1',
      `"review_id":${id}`,
    );
    const decided = api
      .send('post', '/v1/moderation/decisions')
      .set(key)
      .set('Content-Type', 'application/json');
    await decided.send(json).expect(422);
    for (const [path, body] of [
      ['/v1/privacy/export', `{"review_id":${id}}`],
      ['/v1/privacy/erasure', `{"review_id":"${id}","mode":"remove"}`],
    ] as const) {
      const request = api.send('post', path).set(key).set('Content-Type', 'application/json');
      expect((await request.send(body).expect(422)).body.errors[0].path).toBe('review_id');
    }
    for (const path of [`/reviews/${id}/helpful`, `/reviews/report/${id}`])
      await api.send('put', path).expect(422);
  });

  it('is refused only above 2^53 - 1, which is returned unchanged', async () => {
    const { text } = await api
      .get('/v1/moderation/reviews/9007199254740991/audit', key)
      .expect(200);
    expect(text).toContain('"review_id":9007199254740991,');
    await api.get('/v1/products/1/reviews/9007199254740991').expect(404);
  });

  it('is refused in the cursor of a queue', async () => {
    for (const id of IDS) {
      const cursor = Buffer.from(`pending|${id}`).toString('base64url');
      await api.get(`/v1/moderation/queue?cursor=${cursor}`, key).expect(400);
    }
  });
});

describe('an unknown query parameter', () => {
  let api: TestApi;
  let key: Record<string, string>;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
    key = { Authorization: `Bearer ${await api.makeKey('moderate', 'admin')}` };
  });
  afterAll(() => api.close());

  it.each([
    ['get', '/v1/moderation/queue?status=flagged', 'status', 'is none of state, limit, cursor'],
    ['get', '/v1/moderation/queue?State=flagged', 'State', 'is none of state, limit, cursor'],
    [
      'get',
      '/v1/moderation/queue?state=flagged&page=2&page=3',
      'page',
      'is none of state, limit, cursor',
    ],
    ['get', '/v1/moderation/queue?__proto__=1', '__proto__', 'is none of state, limit, cursor'],
    ['get', '/v1/moderation/reviews/1/audit?limit=5', 'limit', 'is none of cursor'],
    [
      'post',
      '/v1/moderation/decisions?dry_run=1',
      'dry_run',
      'is not known: there are no parameters here',
    ],
    [
      'put',
      '/v1/products/1/reviews/1/response?x',
      'x',
      'is not known: there are no parameters here',
    ],
    [
      'delete',
      '/v1/products/1/reviews/1/response?x',
      'x',
      'is not known: there are no parameters here',
    ],
    ['post', '/v1/privacy/export?email=a', 'email', 'is not known: there are no parameters here'],
    [
      'post',
      '/v1/privacy/erasure?mode=remove',
      'mode',
      'is not known: there are no parameters here',
    ],
  ] as const)(
    'is refused on the routes of moderators and back offices: %s %s',
    async (method, path, name, message) => {
      const request = method === 'get' ? api.get(path) : api.send(method, path);
      const { body } = await request.set(key).expect(400);
      expect(body.errors).toEqual([{ path: name, message }]);
    },
  );

  it('is refused when a known one is given twice', async () => {
    const { body } = await api
      .get('/v1/moderation/queue?state=pending&state=flagged', key)
      .expect(400);
    expect(body.errors).toEqual([{ path: 'state', message: 'must be given once' }]);
  });

  it('is ignored on public reads, because storefronts and CDNs add their own', async () => {
    for (const path of [
      '/v1/products/1/reviews',
      '/v1/products/1/summary',
      '/v1/summaries?product_ids=1',
    ])
      await api
        .get(`${path}${path.includes('?') ? '&' : '?'}v=7&utm_source=mail&utm_source=news`)
        .expect(200);
  });
});
