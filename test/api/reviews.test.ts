import { createTestApi, type TestApi } from '../support/api';

const TEN_DRAFTS = [
  {
    rating: 5,
    title: 'Fits',
    body: 'As described.',
    locale: 'en-us',
    recommended: true,
    characteristics: { Fit: 5 },
  },
  { rating: 4, body: 'Good.', photos: ['https://cdn.example.com/a.jpg'] },
  { rating: 1, body: 'Broke after a day.', recommended: false },
  { rating: 3, body: 'So so.', locale: 'de' },
  {
    rating: 5,
    body: 'Wieder!',
    locale: 'de',
    photos: ['https://cdn.example.com/b.jpg', 'https://cdn.example.com/c.jpg'],
  },
  { rating: 2, body: 'Hmm.' },
  { rating: 4, body: 'Fine 👍🏽 — שלום' },
  { rating: 5, body: 'Top.' },
  { rating: 1, body: 'No.' },
  { rating: 4, body: 'Yes.' },
];

/** Bypasses the copies that this instance keeps for a second. */
const FRESH = { 'Cache-Control': 'no-cache' };

describe('reviews', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    for (const draft of TEN_DRAFTS) await api.submit('sku-1', draft).expect(201);
  });
  afterAll(() => api.close());

  const page = (query = '', headers = {}) => api.get(`/v1/products/sku-1/reviews${query}`, headers);

  describe('a page', () => {
    it('shows the review as it was written, without the e-mail', async () => {
      await api.submit('sku-2', {
        rating: 4,
        title: 'A "quoted" title',
        body: 'Line one\nand <b>two</b> 👩‍👩‍👧 مرحبا',
        author: { name: 'Grace', email: 'Grace@Example.COM' },
        photos: ['https://cdn.example.com/a.jpg'],
        characteristics: { Fit: 4, Size: 2 },
        recommended: true,
        locale: 'pt-br',
      });

      const response = await api.get('/v1/products/sku-2/reviews').expect(200);

      expect(response.body).toEqual({
        product_id: 'sku-2',
        reviews: [
          {
            review_id: expect.any(Number),
            product_id: 'sku-2',
            rating: 4,
            title: 'A "quoted" title',
            body: 'Line one\nand <b>two</b> 👩‍👩‍👧 مرحبا',
            recommended: true,
            author: { name: 'Grace' },
            verified: false,
            locale: 'pt-BR',
            created_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
            photos: [{ id: 1, url: 'https://cdn.example.com/a.jpg' }],
            characteristics: { Fit: 4, Size: 2 },
            response: null,
            helpful_count: 0,
            not_helpful_count: 0,
          },
        ],
        next_cursor: null,
      });
      expect(response.text.toLowerCase()).not.toContain('grace@example.com');
    });

    it('is empty for a product without reviews', async () => {
      const { body } = await api.get('/v1/products/nobody/reviews').expect(200);
      expect(body).toEqual({ product_id: 'nobody', reviews: [], next_cursor: null });
    });

    it('never shows a review that is not approved, from a stored page or a new one', async () => {
      const { body: review } = await api.submit('sku-3');
      expect((await api.get('/v1/products/sku-3/reviews')).body.reviews).toHaveLength(1);
      await api.sql.query(`UPDATE reviews SET state = 'rejected' WHERE review_id = $1`, [
        review.review_id,
      ]);
      await api.sql.query(
        `UPDATE product_summaries SET version = version + 1 WHERE product_id = 'sku-3'`,
      );

      for (const sort of ['relevant', 'newest', 'oldest', 'highest', 'lowest', 'helpful']) {
        expect(
          (await api.get(`/v1/products/sku-3/reviews?sort=${sort}`, FRESH)).body.reviews,
        ).toEqual([]);
      }
      await api.get(`/v1/products/sku-3/reviews/${review.review_id}`).expect(404);
    });

    it('is read from the stored first page, and rendered again after the next review', async () => {
      const { body: first } = await api.submit('sku-4');
      await readTwice('sku-4');
      await untilStored('sku-4');
      await api.sql.query(
        `UPDATE product_pages SET page = replace(page, 'It works.', 'From the stored page.')`,
      );
      expect((await api.get('/v1/products/sku-4/reviews', FRESH)).body.reviews[0].body).toBe(
        'From the stored page.',
      );

      const { body: second } = await api.submit('sku-4');

      const { body } = await api.get('/v1/products/sku-4/reviews');
      expect(body.reviews.map((r: { review_id: number }) => r.review_id)).toEqual([
        second.review_id,
        first.review_id,
      ]);
      expect(body.reviews[1].body).toBe('It works.');
    });

    it('never replaces a stored page with one of an earlier version', async () => {
      await api.submit('sku-5');
      await readTwice('sku-5');
      await untilStored('sku-5');
      await api.sql.query(
        `UPDATE product_pages SET version = version + 7 WHERE product_id = 'sku-5'`,
      );
      await api.get('/v1/products/sku-5/reviews', FRESH).expect(200); // renders, and tries to store
      await api.get('/v1/products/sku-5/reviews', FRESH).expect(200);
      const { rows } = await api.sql.query(
        `SELECT p.version - s.version AS ahead FROM product_pages p JOIN product_summaries s USING (product_id) WHERE product_id = 'sku-5'`,
      );
      expect(rows).toEqual([{ ahead: '7' }]);
    });

    it('sends the stored first page byte for byte as it was rendered, in any script', async () => {
      const body = 'Schön! مرحبا بالعالم 👋🏽 👨‍👩‍👧 \u{10ffff} "\\"';
      await api.submit('sku-6', { title: 'é', body }).expect(201);
      const { rows } = await api.sql.query(
        `SELECT count(*) FROM product_pages WHERE product_id = 'sku-6'`,
      );
      expect(rows).toEqual([{ count: '0' }]);
      const rendered = await readTwice('sku-6');
      await untilStored('sku-6');
      const whenKept = await api.get('/v1/products/sku-6/reviews').expect(200);
      for (const stored of [
        whenKept,
        await api.get('/v1/products/sku-6/reviews', FRESH).expect(200),
      ]) {
        expect(stored.text).toBe(rendered.text);
        expect(stored.body.reviews[0].body).toBe(body);
        expect(stored.headers['content-length']).toBe(`${Buffer.byteLength(rendered.text)}`);
        expect(stored.headers.etag).toBe(rendered.headers.etag);
      }
      const head = await api.send('head', '/v1/products/sku-6/reviews').set(FRESH).expect(200);
      expect([head.headers.etag, head.text]).toEqual([rendered.headers.etag, undefined]);
    });

    it('is stored once it was asked for a second time, so that a crawler stores nothing', async () => {
      for (const product of ['sku-7', 'sku-8']) {
        await api.submit(product).expect(201);
        await api.get(`/v1/products/${product}/reviews`, FRESH).expect(200);
      }
      await api.get('/v1/products/sku-8/reviews', FRESH).expect(200);
      await untilStored('sku-8'); // pages are stored in the order in which they were rendered
      const { rows } = await api.sql.query(
        `SELECT product_id FROM product_pages WHERE product_id IN ('sku-7', 'sku-8')`,
      );
      expect(rows).toEqual([{ product_id: 'sku-8' }]);
    });

    async function readTwice(productId: string) {
      await api.get(`/v1/products/${productId}/reviews`, FRESH).expect(200);
      return api.get(`/v1/products/${productId}/reviews`, FRESH).expect(200);
    }

    async function untilStored(productId: string): Promise<void> {
      for (;;) {
        const { rowCount } = await api.sql.query(
          'SELECT FROM product_pages WHERE product_id = $1',
          [productId],
        );
        if (rowCount) return;
      }
    }
  });

  describe('filters', () => {
    it.each([
      ['rating=4,5', (d: Draft) => d.rating >= 4],
      ['rating=4&rating=5', (d: Draft) => d.rating >= 4],
      ['rating=1', (d: Draft) => d.rating === 1],
      ['has_photos=true', (d: Draft) => Boolean(d.photos)],
      ['has_photos=false', (d: Draft) => !d.photos],
      ['locale=DE', (d: Draft) => d.locale === 'de'],
      ['verified=false', () => true],
      ['verified=true', () => false],
      ['rating=5&has_photos=true&locale=de', (d: Draft) => d.body === 'Wieder!'],
    ])('%s shows exactly the matching reviews, under every sort', async (filter, keeps) => {
      const expected = TEN_DRAFTS.filter(keeps).map(({ body }) => body);
      for (const sort of ['relevant', 'newest', 'oldest', 'highest', 'lowest', 'helpful']) {
        const { body } = await page(`?${filter}&sort=${sort}&limit=100`).expect(200);
        expect(body.reviews.map((r: { body: string }) => r.body).sort()).toEqual(
          [...expected].sort(),
        );
      }
    });
  });

  describe('one review', () => {
    it('equals the review in its page', async () => {
      const { body } = await page('?limit=1');
      const response = await api
        .get(`/v1/products/sku-1/reviews/${body.reviews[0].review_id}`)
        .expect(200);
      expect(response.body).toEqual(body.reviews[0]);
    });

    it('is not found under another product', async () => {
      const { body } = await page('?limit=1');
      await api.get(`/v1/products/sku-2/reviews/${body.reviews[0].review_id}`).expect(404);
    });
  });

  describe('conditional requests', () => {
    it.each(['', '?sort=newest', '?limit=3'])(
      'answers 304 while nothing changed, and 200 after a write: %s',
      async (query) => {
        const product = `cond-${query.length}`;
        await api.submit(product);
        const { headers } = await api.get(`/v1/products/${product}/reviews${query}`).expect(200);

        await api
          .get(`/v1/products/${product}/reviews${query}`, { 'If-None-Match': headers.etag! })
          .expect(304);
        await api
          .get(`/v1/products/${product}/reviews${query}`, {
            'If-None-Match': `"x", ${headers.etag}`,
          })
          .expect(304);
        await api.submit(product);
        const changed = await api
          .get(`/v1/products/${product}/reviews${query}`, { 'If-None-Match': headers.etag! })
          .expect(200);

        expect(changed.body.reviews).toHaveLength(2);
        expect(changed.headers.etag).not.toBe(headers.etag);
      },
    );

    it('works for one review, a summary, a batch of summaries and a product without reviews', async () => {
      const { body } = await page('?limit=1');
      for (const path of [
        `/v1/products/sku-1/reviews/${body.reviews[0].review_id}`,
        '/v1/products/sku-1/summary',
        '/v1/summaries?product_ids=sku-1,nobody',
        '/v1/products/nobody/reviews',
      ]) {
        const { headers } = await api.get(path).expect(200);
        const unchanged = await api.get(path, { 'If-None-Match': headers.etag! }).expect(304);
        expect(unchanged.text).toBe('');
      }
    });
  });

  it('carries the headers that a CDN and a browser need, and no cookie', async () => {
    const { headers } = await page().set('X-Request-Id', 'from-nginx-1').expect(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control':
        'public, max-age=0, s-maxage=60, stale-while-revalidate=300, stale-if-error=86400',
      'cache-tag': 'product-sku-1',
      'x-served-by': 'under-test',
      'x-request-id': 'from-nginx-1',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('vary');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('gets a new request id when the given one does not fit into a log', async () => {
    const { headers } = await page().set('X-Request-Id', 'a b"c').expect(200);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers a preflight for a storefront on another origin', async () => {
    const { headers } = await api
      .send('options', '/v1/products/sku-1/reviews')
      .set({ Origin: 'https://store.example.com', 'Access-Control-Request-Method': 'POST' })
      .expect(204);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-methods']).toContain('POST');
    expect(headers['access-control-allow-headers']).toContain('Idempotency-Key');
  });

  it('answers HEAD like GET, without a body', async () => {
    const { headers, text } = await api.send('head', '/v1/products/sku-1/reviews').expect(200);
    expect(headers.etag).toBe((await page()).headers.etag);
    expect(text).toBeFalsy();
  });
});

type Draft = { rating: number; body: string; photos?: string[]; locale?: string };
