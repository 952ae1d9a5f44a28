import { createTestApi, type TestApi } from '../support/api';

describe('the legacy contract', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    await api.submit('2', {
      rating: 3,
      title: "I'm enjoying wearing these shades",
      body: 'Comfortable.',
      recommended: false,
      author: { name: 'shortandsweeet', email: 'first@example.com' },
      photos: ['https://cdn.example.com/1.jpg'],
      characteristics: { Size: 4 },
    });
    for (const rating of [1, 1])
      await api.submit('2', { rating, recommended: true, characteristics: { Size: 3, Fit: 5 } });
    await api.sql.query(`UPDATE reviews SET helpful_count = 5 WHERE rating = 3`);
  });
  afterAll(() => api.close());

  const FIRST = {
    review_id: expect.any(Number),
    rating: 3,
    summary: "I'm enjoying wearing these shades",
    recommend: false,
    response: null,
    body: 'Comfortable.',
    date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    reviewer_name: 'shortandsweeet',
    helpfulness: 5,
    photos: [{ id: 1, url: 'https://cdn.example.com/1.jpg' }],
  };

  it.each(['/reviews?product_id=2', '/reviews/2/list?'])(
    'lists reviews in its own form: %s',
    async (path) => {
      const { body } = await api.get(`${path}&sort=helpful`).expect(200);
      expect(body).toMatchObject({ product: '2', page: 0, count: 5 });
      expect(body.results).toHaveLength(3);
      expect(body.results[0]).toEqual(path.endsWith('list?') ? { ...FIRST, recommend: 0 } : FIRST);
    },
  );

  it('returns recommend as 1 or 0 in the 2020 form, and as true or false in the later form', async () => {
    const of = async (path: string) =>
      (await api.get(path).expect(200)).body.results.map(
        (each: { recommend: unknown }) => each.recommend,
      );
    expect(await of('/reviews/2/list?sort=newest')).toEqual([1, 1, 0]);
    expect(await of('/reviews?product_id=2&sort=newest')).toEqual([true, true, false]);
  });

  it('pages by offset: page 2 with one review per page returns the row offset', async () => {
    const all = await api.get('/reviews?product_id=2&sort=newest');
    const second = await api.get('/reviews?product_id=2&sort=newest&count=1&page=2').expect(200);
    expect(second.body).toEqual({
      product: '2',
      page: 1,
      count: 1,
      results: [all.body.results[1]],
    });
    expect((await api.get('/reviews?product_id=2&count=5&page=2')).body.results).toEqual([]);
  });

  it('accepts helpfulness for helpful, and uses defaults for invalid values', async () => {
    const helpful = await api.get('/reviews/2/list?sort=helpfulness&count=1');
    expect(helpful.body.results[0]).toEqual({ ...FIRST, recommend: 0 });
    const { body } = await api
      .get('/reviews?product_id=2&count=many&page=-3&sort=best')
      .expect(200);
    expect(body).toMatchObject({ page: 0, count: 5 });
  });

  it('returns the largest page when a client asks for more', async () => {
    const everything = await api.get('/reviews?product_id=2&count=100000').expect(200);
    expect(everything.body).toMatchObject({ page: 0, count: 1000 });
    expect(everything.body.results).toHaveLength(3);
    const far = await api.get('/reviews?product_id=2&page=100001').expect(200);
    expect(far.body.results).toEqual([]);
  });

  it('returns meta with numbers as texts, and only the ratings that occur', async () => {
    const { text } = await api.get('/reviews/meta?product_id=2').expect(200);
    expect(JSON.parse(text)).toEqual({
      product_id: '2',
      ratings: { '1': '2', '3': '1' },
      recommended: { false: '1', true: '2' },
      characteristics: {
        Size: { id: 1, value: '3.3333333333333333' },
        Fit: { id: 6, value: '5.0000000000000000' },
      },
    });
  });

  it('returns meta in the 2020 form with numbers, every rating and four decimals', async () => {
    const { body } = await api.get('/reviews/2/meta').expect(200);
    expect(body).toEqual({
      product_id: '2',
      ratings: { '1': 2, '2': 0, '3': 1, '4': 0, '5': 0 },
      recommended: { '0': 1, '1': 2 },
      characteristics: { Size: { id: 1, value: '3.3333' }, Fit: { id: 6, value: '5.0000' } },
    });
  });

  it('answers for a product without reviews', async () => {
    expect((await api.get('/reviews?product_id=99').expect(200)).body.results).toEqual([]);
    expect((await api.get('/reviews/meta?product_id=99').expect(200)).body).toMatchObject({
      ratings: {},
    });
  });

  it.each([
    '/reviews',
    '/reviews?product_id=',
    '/reviews?product_id=abc',
    '/reviews?product_id=1.5',
    '/reviews/meta',
    '/reviews/meta?product_id=x',
    '/reviews/abc/list',
    '/reviews/abc/meta',
  ])('refuses an id that is not an integer in the legacy wording: %s', async (path) => {
    const { text } = await api.get(path).expect(422);
    expect(text).toBe('Error: invalid product_id provided');
  });

  describe('its writes', () => {
    const posted = (email: string, changes: object = {}) => ({
      product_id: 7,
      rating: 4,
      summary: 'Nice',
      body: 'They fit, and they are warm.',
      recommend: true,
      name: 'jackson11',
      email,
      photos: ['http://cdn.example.com/old.jpg'],
      characteristics: { '1': 3, '6': '5', '9999': 2 },
      ...changes,
    });

    it('stores a posted review and ignores unknown characteristic ids', async () => {
      const { text } = await api.send('post', '/reviews').send(posted('a@example.com')).expect(201);
      expect(text).toBe('Created');
      const { body } = await api.get('/reviews?product_id=7').expect(200);
      expect(body.results[0]).toMatchObject({
        summary: 'Nice',
        recommend: true,
        reviewer_name: 'jackson11',
        rating: 4,
      });
      const meta = await api.get('/reviews/7/meta').expect(200);
      expect(meta.body.characteristics).toEqual({
        Size: { id: 1, value: '3.0000' },
        Fit: { id: 6, value: '5.0000' },
      });
    });

    it('stores a review posted in the 2020 form', async () => {
      await api
        .send('post', '/reviews/8')
        .send(posted('b@example.com', { product_id: undefined }))
        .expect(201);
      expect((await api.get('/reviews/8/list')).body.results).toHaveLength(1);
    });

    it('refuses an invalid product in the legacy wording', async () => {
      for (const product_id of ['x', -1, 1.5, 2 ** 53, '9'.repeat(19), null, [7], true]) {
        const { text } = await api
          .send('post', '/reviews')
          .send(posted('c@example.com', { product_id }))
          .expect(422);
        expect(text).toBe('Error: invalid product_id provided');
      }
      const { text } = await api
        .send('post', '/reviews/x')
        .send(posted('c@example.com'))
        .expect(422);
      expect(text).toBe('Error: invalid product_id provided');
    });

    it.each([
      ['product_id', undefined],
      ['product_id', ''],
      ['rating', true],
      ['rating', [5]],
      ['rating', '6'],
      ['rating', undefined],
      ['characteristics', [5]],
      ['characteristics', { '1': 6 }],
      ['photos', 5],
      ['photos', Array.from({ length: 6 }, (_, n) => `https://cdn.example.com/${n}.jpg`)],
      ['body', '  '],
      ['body', undefined],
      ['summary', 'x'.repeat(151)],
      ['recommend', 'perhaps'],
      ['recommend', 2],
      ['name', undefined],
      ['email', undefined],
      ['email', 'Ada'],
    ])('refuses %s = %j in the legacy wording', async (field, value) => {
      const request = api
        .send('post', '/reviews')
        .send(posted('refused@example.com', { [field]: value }));
      const { text, headers } = await request.expect(422);
      expect(text).toBe('Error: Review body contains invalid entries');
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    });

    it('distinguishes requests with one Idempotency-Key by the product in their body', async () => {
      const post = (path: string, changes: object) =>
        api
          .send('post', path)
          .set('Idempotency-Key', 'one')
          .send(posted('key@example.com', changes));
      await post('/reviews', { product_id: 301 }).expect(201);
      await post('/reviews', { product_id: 301 }).expect(201);
      await post('/reviews/301', { product_id: undefined }).expect(201);
      const { body } = await post('/reviews', { product_id: 302 }).expect(422);
      expect(body.type).toBe('urn:problem-type:starling:key-reused');
      expect((await api.get('/reviews/301/list')).body.results).toHaveLength(1);
    });

    it.each([
      ['/reviews/ID/helpful', '/reviews/ID/report'],
      ['/reviews/helpful/ID', '/reviews/report/ID'],
    ])(
      'counts one helpful vote per actor, and hides a review after enough reports: %s',
      async (helpful, report) => {
        const product = 100 + helpful.indexOf('ID');
        await api.send('post', `/reviews/${product}`).send(posted('d@example.com')).expect(201);
        const found = async () => (await api.get(`/reviews/${product}/list`)).body.results;
        const [{ review_id }] = await found();
        const key = await api.makeKey('write');
        const put = (path: string, actor: string) =>
          api
            .send('put', path.replace('ID', review_id))
            .set({ Authorization: `Bearer ${key}`, 'Starling-Actor': actor })
            .expect('Cache-Control', 'no-store')
            .expect(204);

        for (const actor of ['ann', 'ben', 'ann']) await put(helpful, actor);
        expect((await found())[0].helpfulness).toBe(2);
        for (const actor of ['ann', 'ann', 'ben']) await put(report, actor);
        expect(await found()).toHaveLength(1);
        await put(report, 'cat');
        expect(await found()).toEqual([]);
      },
    );

    it('answers 204 for a review that does not exist', async () => {
      await api.send('put', '/reviews/123456789/helpful').expect(204);
      await api.send('put', '/reviews/report/123456789').send({ anything: 1 }).expect(204);
    });

    it.each(['notAnId', '0', '-1', '1.5', '1e3', '9007199254740993', '%20', 'null'])(
      'refuses an invalid id in the legacy wording: %s',
      async (id) => {
        for (const path of [`${id}/helpful`, `helpful/${id}`, `${id}/report`, `report/${id}`]) {
          const { text } = await api.send('put', `/reviews/${path}`).expect(422);
          expect(text).toBe('Error: invalid review id provided');
        }
      },
    );

    it('refuses an invalid actor, whether the review exists or not', async () => {
      for (const path of ['/reviews/123456789/helpful', '/reviews/123456789/report'])
        await api.send('put', path).set('Starling-Actor', 'x'.repeat(129)).expect(400);
    });
  });
});
