import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestApi, type TestApi } from '../support/api';

/**
 * What front ends, load tests and test suites of the legacy contract send, as their libraries
 * encode it.
 */
describe('a legacy post', () => {
  let api: TestApi;
  let products = 500;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
  });
  beforeEach(() => {
    products += 1;
  });
  afterAll(() => api.close());

  const FORM = 'application/x-www-form-urlencoded';
  const REVIEW = { rating: 4, summary: 'Nice', name: 'jackson11' };

  function post(
    body: string | object,
    type: string | null = 'application/json',
    path = '/reviews',
  ) {
    // Each from another network: reviews of one network in a short time may wait for a moderator.
    const request = api.send('post', path).set('X-Forwarded-For', `198.18.${products & 255}.1`);
    if (type !== null) request.set('Content-Type', type);
    return request
      .serialize((given) => (typeof given === 'string' ? given : JSON.stringify(given)))
      .send(body);
  }

  async function stored() {
    const { body } = await api.get(`/v1/products/${products}/reviews`).expect(200);
    return body.reviews[0];
  }

  /** Another author and another text each time: many reviews of one author look like spam. */
  const withProduct = (changes: object) => ({
    product_id: products,
    ...REVIEW,
    body: `They fit me for ${products} days.`,
    email: `author-${products}@example.com`,
    ...changes,
  });

  describe('as a form', () => {
    const pairs = (...more: string[]) =>
      [
        `product_id=${products}`,
        'rating=4',
        'summary=It%27s+nice',
        `body=They+fit+%26+are+%E2%98%BC%0D%0Awarm+(${products}).`,
        'name=Zo%C3%AB',
        `email=zoe-${products}%40example.com`,
        ...more,
      ].join('&');

    it('of jQuery, which writes lists and objects in brackets', async () => {
      const form = pairs(
        'recommend=true',
        'photos%5B%5D=https%3A%2F%2Fcdn.example.com%2F1.jpg',
        'photos%5B%5D=https%3A%2F%2Fcdn.example.com%2F2.jpg',
        'characteristics%5B1%5D=3',
        'characteristics%5B6%5D=5',
        'characteristics%5B9999%5D=2',
      );
      const { text } = await post(form, `${FORM}; charset=UTF-8`).expect(201);
      expect(text).toBe('Created');
      expect(await stored()).toMatchObject({
        rating: 4,
        title: "It's nice",
        body: `They fit & are ☼\r\nwarm (${products}).`,
        author: { name: 'Zoë' },
        recommended: true,
        photos: [
          { id: 1, url: 'https://cdn.example.com/1.jpg' },
          { id: 2, url: 'https://cdn.example.com/2.jpg' },
        ],
        characteristics: { Size: 3, Fit: 5 },
      });
    });

    it.each([
      ['photos[0]=https://cdn.example.com/1.jpg&photos[1]=https://cdn.example.com/2.jpg', [1, 2]],
      ['photos=https://cdn.example.com/1.jpg&photos=https://cdn.example.com/2.jpg', [1, 2]],
      ['photos=https://cdn.example.com/1.jpg', [1]],
      ['photos[0][url]=https://cdn.example.com/1.jpg', []],
      ['photos=', []],
      ['photos[]=', []],
      ['', []],
    ])('with photos as %s', async (photos, expected) => {
      await post(pairs('recommend=0', photos), FORM).expect(201);
      const { photos: found, recommended } = await stored();
      expect(recommended).toBe(false);
      expect(found.map(({ id }: { id: number }) => id)).toEqual(expected);
    });

    it('to the 2020 path', async () => {
      await post(pairs('recommend=1'), FORM, `/reviews/${products}`).expect(201);
      expect((await stored()).recommended).toBe(true);
    });

    it.each([
      '__proto__[rating]=5',
      'characteristics[__proto__]=5',
      '__proto__=5',
      'constructor[prototype][polluted]=5',
      'characteristics[constructor]=5',
      'a[b][c][d][e][f]=1',
      '=',
      '&&',
    ])('ignores unknown fields without harm: %s', async (extra) => {
      await post(pairs(extra), FORM).expect(201);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect((await stored()).characteristics).toEqual({});
    });

    it.each([
      ['bytes that are not UTF-8', 'name=%FF'],
      ['a percent sign alone', 'name=100%'],
      ['more than 200 fields', Array.from({ length: 201 }, (_, n) => `f${n}=1`).join('&')],
    ])('is refused with %s', async (_title, extra) => {
      const { body } = await post(pairs(extra), FORM).expect(400);
      expect(body.type).toBe('urn:problem-type:starling:malformed-body');
    });

    it('is refused over 64 kB', async () => {
      await post(pairs(`x=${'x'.repeat(66_000)}`), FORM).expect(413);
    });

    it('is not accepted by the routes of /v1', async () => {
      await post('rating=5', FORM, '/v1/products/1/reviews').expect(415);
    });
  });

  describe('may write recommend', () => {
    it.each([
      [true, true],
      [false, false],
      [1, true],
      [0, false],
      ['true', true],
      ['false', false],
      ['1', true],
      ['0', false],
      ['', null],
      [null, null],
      [undefined, null],
    ])('as %j', async (recommend, expected) => {
      await post(withProduct({ recommend })).expect(201);
      expect((await stored()).recommended).toBe(expected);
      const { body } = await api.get(`/reviews/${products}/list`);
      expect(body.results[0].recommend).toBe(expected ? 1 : 0);
    });
  });

  it('is stored without photos that are not web addresses', async () => {
    const good = 'https://cdn.example.com/a b.jpg';
    const bad = [
      'test url',
      'www.x.com/a.jpg',
      'url1.com',
      'blob:http://localhost:3000/7e1c',
      'data:image/png;base64,AAAA',
      'javascript:alert(1)',
      'C:\\fakepath\\me.jpg',
      'http://',
      '',
      null,
      7,
      {},
      ['https://cdn.example.com/2.jpg'],
      `https://cdn.example.com/${'x'.repeat(2_048)}`,
    ];
    await post(withProduct({ photos: [...bad, good, 'http://cdn.example.com/old.jpg'] })).expect(
      201,
    );
    expect((await stored()).photos).toEqual([
      { id: 1, url: 'https://cdn.example.com/a%20b.jpg' },
      { id: 2, url: 'http://cdn.example.com/old.jpg' },
    ]);
  });

  it.each([
    ['numbers as texts', { rating: '5', product_id: 'PRODUCT', characteristics: { '6': '4' } }],
    [
      'null where nothing is said',
      { summary: null, photos: null, recommend: null, characteristics: null },
    ],
    ['characteristics that are not rated', { characteristics: { '1': null, '6': '' } }],
    ['unknown fields', { response: null, helpfulness: 0, date: '2020-01-01', reported: false }],
  ])('may have %s', async (_title, changes) => {
    const body = withProduct(changes);
    if ('product_id' in changes) body.product_id = `${products}` as never;
    await post(body).expect(201);
    expect(await stored()).toMatchObject({ rating: expect.any(Number) });
  });

  it('may have a trailing slash in its path, and needs no JSON content type', async () => {
    const server = createServer(api.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const send = async (body: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/reviews/`, {
        method: 'POST',
        body: Buffer.from(body),
      });
      return [response.status, response.headers.get('content-type')];
    };
    expect(await send(JSON.stringify(withProduct({})))).toEqual([201, 'text/plain; charset=utf-8']);
    expect(await stored()).toMatchObject({ title: 'Nice' });
    expect(await send('rating: 5')).toEqual([400, 'application/problem+json']);
    server.closeAllConnections();
    server.close();
  });

  it.each<[string, string, string | null]>([
    ['no body', '', null],
    ['an empty body that is called JSON', '', 'application/json'],
    ['an empty form', '', FORM],
    ['{}', '{}', 'application/json'],
    ['null', 'null', 'application/json'],
    ['a list', '[]', 'application/json'],
    ['a number', '7', 'application/json'],
    ['a text in quotes', '"review"', 'application/json'],
  ])('without content is refused in the legacy wording: %s', async (_title, body, type) => {
    const { text } = await post(body, type).expect(422);
    expect(text).toBe('Error: Review body contains invalid entries');
  });

  it.each([
    ['JSON that does not parse', '{"product_id":', 'application/json', 400],
    ['a form in parts', '--x--', 'multipart/form-data; boundary=x', 415],
    ['plain text', '{}', 'text/plain', 415],
    ['JSON in another character set', '{}', 'application/json; charset=utf-16', 415],
    ['a form in another character set', 'a=1', `${FORM}; charset=iso-8859-1`, 415],
    ['more than 64 kB', JSON.stringify({ body: 'x'.repeat(66_000) }), 'application/json', 413],
  ])('gets a problem document for %s', async (_title, body, type, status) => {
    const response = await post(body, type).expect(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.body.status).toBe(status);
  });
});
