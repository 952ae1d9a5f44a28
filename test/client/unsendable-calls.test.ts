import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toActorHeader } from '../../client/client-options';
import { createStarlingClient, StarlingError, type Summary } from '../../client/starling-client';
import { createTestApi, type TestApi } from '../support/api';

describe('summaries requested in one turn of the event loop', () => {
  let api: TestApi;
  let server: Server;
  let baseUrl: string;
  const asked: string[] = [];
  /** The products that a stricter service than this one refuses. */
  let refuses: (productId: string) => boolean;
  let refusalStatus = 400;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
    server = createServer((request, response) => {
      asked.push(request.url!);
      const ids = new URL(request.url!, 'http://localhost').searchParams.get('product_ids') ?? '';
      if (ids.split(',').some(refuses)) response.writeHead(refusalStatus).end();
      else api.app(request, response);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked.length = 0;
    refuses = () => false;
    refusalStatus = 400;
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await api.close();
  });

  const outcomes = (calls: Promise<Summary>[]) =>
    Promise.allSettled(calls).then((all) =>
      all.map((each) => (each.status === 'fulfilled' ? each.value.product_id : each.reason)),
    );

  it.each(['a b/6', 'a,b', '', 'ü', 'x'.repeat(65), '\ud800', 'a%20b', '../1'])(
    'only the call with an invalid product key fails: %j',
    async (bad) => {
      const client = createStarlingClient({ baseUrl });
      const [good, refused] = await outcomes([client.summary('2'), client.summary(bad)]);
      expect(good).toBe('2');
      expect(refused).toBeInstanceOf(StarlingError);
      expect(refused).toMatchObject({
        status: null,
        tries: 0,
        message: expect.stringContaining('product'),
      });
      expect(asked).toEqual(['/v1/summaries?product_ids=2']);
    },
  );

  it('call the fallback for each product that fails, and no other', async () => {
    refuses = (productId) => productId === '6';
    const client = createStarlingClient({ baseUrl });
    const fallbackOf = (productId: string) =>
      jest.fn((_error: StarlingError) => ({ product_id: `instead of ${productId}` }) as Summary);
    const fallbacks = ['2', 'a b/6', '6', '6'].map(fallbackOf);
    const calls = ['2', 'a b/6', '6', '6'].map((id, n) =>
      client.summary(id, { fallback: fallbacks[n]! }),
    );
    expect(await outcomes(calls)).toEqual([
      '2',
      'instead of a b/6',
      'instead of 6',
      'instead of 6',
    ]);
    expect(fallbacks.map((each) => each.mock.calls.length)).toEqual([0, 1, 1, 1]);
  });

  it.each([400, 404, 413, 414, 422])(
    'are requested in halves when the service answers %i, until the refused one is alone',
    async (status) => {
      refusalStatus = status;
      refuses = (productId) => productId === 'p-71';
      const client = createStarlingClient({ baseUrl });
      const ids = Array.from({ length: 100 }, (_, n) => `p-${n}`);
      const all = await outcomes(ids.map((id) => client.summary(id)));
      expect(all[71]).toMatchObject({ name: 'StarlingError', status });
      expect(all.filter((each) => each instanceof Error)).toHaveLength(1);
      expect(asked.length).toBeLessThanOrEqual(15); // two for each of at most seven halvings
    },
  );

  it('are not all requested one by one when the service refuses everything: splits use the retry budget', async () => {
    refuses = () => true;
    const client = createStarlingClient({ baseUrl });
    const ids = Array.from({ length: 100 }, (_, n) => `p-${n}`);
    const all = await outcomes(ids.map((id) => client.summary(id)));
    expect(all.every((each) => each.status === 400)).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(1 + 2 * 12); // ten saved, and a tenth of each request
  });

  it.each([401, 403, 500])('are not split when the service answers %i', async (status) => {
    refusalStatus = status;
    refuses = () => true;
    const client = createStarlingClient({ baseUrl });
    const all = await outcomes(['a', 'b'].map((id) => client.summary(id)));
    expect(all).toEqual([expect.objectContaining({ status }), expect.objectContaining({ status })]);
    expect(asked).toHaveLength(1);
  });
});

describe('a value that no request can carry', () => {
  const baseUrl = 'http://127.0.0.1:9';

  it.each([
    ['baseUrl', 'not an address'],
    ['baseUrl', 'ftp://example.com'],
    ['baseUrl', 'https://ada:secret@example.com'],
    ['baseUrl', 'https://example.com/?shop=1'],
    ['baseUrl', ''],
    ['key', 'starling_1\n'],
    ['key', 'schlüssel'],
    ['key', ''],
    ['actor', ''],
    ['actor', 'x'.repeat(129)],
    ['actor', 'щ'.repeat(40)],
    ['actor', '\ud800'],
    ['timeoutMs', 0],
    ['timeoutMs', -1],
    ['timeoutMs', Number.NaN],
    ['timeoutMs', Number.POSITIVE_INFINITY],
  ])('is refused when the client is created: %s %j', (option, value) => {
    const make = () => createStarlingClient({ baseUrl, [option]: value });
    expect(make).toThrow(StarlingError);
    expect(make).toThrow(new RegExp(`^${option} `));
  });

  it.each([
    ['a product key', (client) => client.listReviews('a/../b')],
    ['the folder itself', (client) => client.listReviews('.')],
    ['the folder above', (client) => client.submitReview('..', {} as never)],
    ['a review id', (client) => client.readReview('1', 1.5)],
    ['a review id past what a number is exact to', (client) => client.readReview('1', 2 ** 53)],
    [
      'an Idempotency-Key',
      (client) => client.submitReview('1', {} as never, { idempotencyKey: 'a\nb' }),
    ],
    ['a body', (client) => client.submitReview('1', { rating: 1n } as never)],
  ] as [string, (client: ReturnType<typeof createStarlingClient>) => Promise<unknown>][])(
    'rejects the call, without a request: %s',
    async (_title, call) => {
      await expect(call(createStarlingClient({ baseUrl }))).rejects.toMatchObject({
        name: 'StarlingError',
        status: null,
        tries: 0,
      });
    },
  );
});

describe('an actor', () => {
  it('is sent unchanged when a header can carry it', () => {
    for (const actor of ['shopper-1', 'a b', "o'brien (2)", '%41', 'x'.repeat(128)])
      expect(toActorHeader(actor)).toBe(actor);
  });

  it.each([
    ['Zoë', "UTF-8''Zo%C3%AB"],
    ['a\nb', "UTF-8''a%0Ab"],
    [' a', "UTF-8''%20a"],
    ['a ', "UTF-8''a%20"],
    ['\t', "UTF-8''%09"],
    ["UTF-8''a", "UTF-8''UTF-8%27%27a"],
    ['é(*)', "UTF-8''%C3%A9%28%2A%29"],
    ['用户', "UTF-8''%E7%94%A8%E6%88%B7"],
  ])('is encoded when a header cannot carry it: %j', (actor, expected) => {
    expect(toActorHeader(actor)).toBe(expected);
  });

  it('stays distinct for every other text, on the real service', async () => {
    const api = await createTestApi({ THROTTLE: 'off' });
    const server = createServer(api.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const key = await api.makeKey('write');
    const { body } = await api.submit('1').expect(201);
    const actors = ['Zoë', 'Zoé', 'zoë', "UTF-8''Zo%C3%AB", 'a\nb', 'a b', 'a%0Ab', ' a', 'a'];
    let counts = { helpful_count: 0 };
    for (const actor of [...actors, ...actors])
      counts = await createStarlingClient({ baseUrl, key, actor }).vote('1', body.review_id, {
        helpful: true,
      });
    expect(counts.helpful_count).toBe(actors.length);
    server.closeAllConnections();
    server.close();
    await api.close();
  });
});
