import { createTestApi, type TestApi } from '../support/api';

describe.each([
  ['auto', { body: 'Buy cheap ones at http://spam.example' }, ['http://spam.example']],
  ['manual', { body: 'Good' }, []],
])('a review that the policy %s holds back', (policy, change, words) => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi({ MODERATION: policy });
  });
  afterAll(() => api.close());

  it('gets 201 as pending, is stored with the findings of the checks, and is not visible', async () => {
    const { body, headers } = await api.submit('held', change).expect(201);
    expect(body.state).toBe('pending');

    await api.get(headers.location!).expect(404);
    expect((await api.get('/v1/products/held/reviews')).body.reviews).toEqual([]);
    expect((await api.get('/v1/products/held/summary')).body.count).toBe(0);
    const { rows } = await api.sql.query('SELECT state, verdict FROM reviews');
    const findings = words.map((each) =>
      expect.objectContaining({ rule: 'link', field: 'body', words: [each] }),
    );
    expect(rows).toEqual([{ state: 'pending', verdict: { policy, findings } }]);
  });
});

it('stores the findings of the checks for a visible review too', async () => {
  const api = await createTestApi();
  const { body } = await api.submit('fine').expect(201);
  expect(body).not.toHaveProperty('state');
  const { rows } = await api.sql.query('SELECT state, verdict FROM reviews');
  expect(rows).toEqual([{ state: 'approved', verdict: { policy: 'auto', findings: [] } }]);
  await api.close();
});

describe('a review', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
  });
  afterAll(() => api.close());

  it.each([
    'buy at evil.shop',
    'evil.de',
    'write to a@evil.shop',
    '\u0435vil.shop',
    'ｅｖｉｌ．ｓｈｏｐ',
    'ev\u200bil.shop',
    'f.u.c.k this',
    'fu\u0441k this',
    'ｆｕｃｋ this',
    'f\u200buck this',
    '𝓯𝓾𝓬𝓴 this',
  ])('waits for a moderator: %s', async (body) => {
    expect((await api.submit('posted', { body }).expect(201)).body.state).toBe('pending');
    const legacy = {
      product_id: 7,
      rating: 1,
      body,
      name: 'Ada',
      email: `${body.length}${Math.random()}@example.com`,
    };
    await api.send('post', '/reviews').send(legacy).expect(201);
    expect((await api.get('/reviews?product_id=7')).body.results).toEqual([]);
  });

  it.each([
    ['Meine Hunde lieben es.', 'de'],
    ['Le tissu est très doux.', 'fr'],
    ['El color negro es precioso.', 'es'],
    ['Mais macio do que eu esperava.', 'pt'],
    ['Der Stoff ist dick.', 'de'],
    ['Slut på lager, men fin.', 'sv'],
    ['pipe flange', 'en'],
    ['ear muff', 'en'],
    ['pawn', null],
  ])('is visible at once: %s (%s)', async (body, locale) => {
    expect((await api.submit('posted', { body, locale }).expect(201)).body).not.toHaveProperty(
      'state',
    );
  });

  it.each(['Dick', 'Brian Cox'])('is visible at once, by the author %s', async (name) => {
    const author = { name, email: `${name.length}@example.com` };
    expect((await api.submit('posted', { author }).expect(201)).body).not.toHaveProperty('state');
  });
});
