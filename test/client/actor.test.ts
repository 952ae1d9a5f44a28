import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createStarlingClient } from '../../client/starling-client';
import { createTestApi, type TestApi } from '../support/api';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server in front of `listener` that records the requests and their actors. */
async function serve(listener: RequestListener) {
  const asked: { line: string; actor: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const actor = request.headers['starling-actor'] as string | undefined;
    asked.push({ line: `${request.method} ${request.url}`, actor });
    listener(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetches = () => asked.filter(({ line }) => line === 'POST /v1/actors').length;
  const actors = () =>
    asked.filter(({ line }) => !line.startsWith('POST /v1/actors')).map((each) => each.actor);
  return { baseUrl, asked, fetches, actors };
}

/** Works like a browser's `localStorage`, which Node lacks. */
function createStorage() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
  };
}

describe('the actor of the client', () => {
  let api: TestApi;
  let products = 0;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
  });
  afterAll(() => api.close());

  async function newReview(): Promise<[string, number]> {
    products += 1;
    const { body } = await api.submit(`voted-${products}`).expect(201);
    return [body.product_id, body.review_id];
  }

  it('is one token, fetched at the first vote, even when many calls need it at once', async () => {
    const { baseUrl, asked, fetches, actors } = await serve(api.app);
    const client = createStarlingClient({ baseUrl });
    const reviews = await Promise.all([newReview(), newReview(), newReview()]);
    await client.listReviews(reviews[0]![0]);
    expect(fetches()).toBe(0);
    await Promise.all(reviews.map((review) => client.vote(...review, { helpful: true })));
    await client.report(...reviews[0]!, { reason: 'spam' });
    await client.withdrawVote(...reviews[0]!);
    expect(fetches()).toBe(1);
    expect(new Set(actors().slice(1)).size).toBe(1);
    expect(actors()[1]).toMatch(/^actor1_/);
    expect(asked[0]!.actor).toBeUndefined();
  });

  it('is the same token in a later visit, and another token in another browser', async () => {
    const { baseUrl, fetches } = await serve(api.app);
    const review = await newReview();
    const storage = createStorage();
    const visit = (actorStorage = storage) =>
      createStarlingClient({ baseUrl, actorStorage }).vote(...review, { helpful: true });
    for (let n = 0; n < 3; n += 1) expect((await visit()).helpful_count).toBe(1);
    expect([...storage.items.keys()]).toEqual([`starling-actor ${baseUrl}`]);
    expect(fetches()).toBe(1);
    expect((await visit(createStorage())).helpful_count).toBe(2);
  });

  it('is the token of the page that stored it first, when two pages fetch at once', async () => {
    const { baseUrl, actors } = await serve(api.app);
    const review = await newReview();
    const actorStorage = createStorage();
    const pages = [1, 2].map(() => createStarlingClient({ baseUrl, actorStorage }));
    await Promise.all(pages.map((page) => page.vote(...review, { helpful: true })));
    await Promise.all(pages.map((page) => page.vote(...review, { helpful: true })));
    expect(new Set(actors().slice(-2))).toEqual(new Set(actorStorage.items.values()));
  });

  it('is the actor or key that the store sets', async () => {
    const { baseUrl, fetches, actors } = await serve(api.app);
    const key = await api.makeKey('write');
    const review = await newReview();
    for (const actor of ['ann', 'ben', 'ann'])
      await createStarlingClient({ baseUrl, key, actor }).vote(...review, { helpful: true });
    await createStarlingClient({ baseUrl, key }).vote(...review, { helpful: true });
    expect([fetches(), actors()]).toEqual([0, ['ann', 'ben', 'ann', undefined]]);
    expect(
      (await api.get(`/v1/products/${review[0]}/reviews/${review[1]}`)).body.helpful_count,
    ).toBe(3);
  });

  it.each<[string, RequestListener]>([
    [
      'is refused one',
      (_request, response) => response.writeHead(429, { 'Retry-After': '60' }).end('{}'),
    ],
    [
      'talks to a service without tokens',
      (_request, response) => response.writeHead(404).end('{}'),
    ],
    ['gets no answer', (request) => request.socket.destroy()],
    [
      'gets nonsense',
      (_request, response) => response.writeHead(201).end('{"actor": "two words\\n"}'),
    ],
    ['gets another kind', (_request, response) => response.writeHead(201).end('{"actor": 5}')],
  ])(
    'is its address when it %s, and it requests a token again at the next vote',
    async (_when, refuse) => {
      let refuses = true;
      const { baseUrl, fetches, actors } = await serve((request, response) => {
        if (refuses && request.url === '/v1/actors') refuse(request, response);
        else api.app(request, response);
      });
      const review = await newReview();
      const client = createStarlingClient({ baseUrl });
      expect((await client.vote(...review, { helpful: true })).helpful_count).toBe(1);
      refuses = false;
      await client.vote(...review, { helpful: false });
      expect(fetches()).toBe(2);
      expect(actors()).toEqual([undefined, expect.stringMatching(/^actor1_/)]);
    },
  );

  it('is a token in memory when the storage fails, and a new token when the stored one is invalid', async () => {
    const { baseUrl, fetches, actors } = await serve(api.app);
    const review = await newReview();
    const throws = () => {
      throw new DOMException('no storage here', 'SecurityError');
    };
    const client = createStarlingClient({
      baseUrl,
      actorStorage: { getItem: throws, setItem: throws },
    });
    for (let n = 0; n < 2; n += 1) await client.vote(...review, { helpful: true });
    const storage = createStorage();
    storage.setItem(`starling-actor ${baseUrl}`, 'zwei Wörter');
    await createStarlingClient({ baseUrl, actorStorage: storage }).vote(...review, {
      helpful: true,
    });
    expect(fetches()).toBe(2);
    expect(new Set(actors()).size).toBe(2);
  });
});
