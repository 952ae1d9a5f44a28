import { createTestApi, type TestApi } from '../support/api';

describe('submitting a review', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
  });
  afterAll(() => api.close());

  it('answers 201 with the review and its location, and the next read shows it', async () => {
    const response = await api.submit('sku-1', { rating: 4, title: 'Good' }).expect(201);

    expect(response.headers['cache-control']).toBe('no-store');
    const { body: found } = await api.get(response.headers.location!).expect(200);
    expect(found).toEqual(response.body);
    const { body: page } = await api.get('/v1/products/sku-1/reviews').expect(200);
    expect(page.reviews).toEqual([response.body]);
  });

  it('gives no id twice, for any product, while instances hold ids in reserve', async () => {
    const ids = new Set<number>();
    for (let n = 0; n < 120; n += 1) {
      const { body } = await api.submit(`numbered-${n}`).expect(201);
      ids.add(body.review_id);
    }
    expect(ids.size).toBe(120);
  });

  const author = { name: 'Ada', email: 'ada@example.com' };

  it.each([
    ['rating', undefined, 'rating', 'must be a whole number from 1 to 5'],
    ['rating', 0, 'rating', 'must be a whole number from 1 to 5'],
    ['rating', 6, 'rating', 'must be a whole number from 1 to 5'],
    ['rating', 4.5, 'rating', 'must be a whole number from 1 to 5'],
    ['rating', '5', 'rating', 'must be a whole number from 1 to 5'],
    ['title', 'x'.repeat(151), 'title', 'must have at most 150 characters'],
    ['title', 5, 'title', 'must be a text'],
    ['body', undefined, 'body', 'is required'],
    ['body', '', 'body', 'must not be blank'],
    ['body', ' \n\t', 'body', 'must not be blank'],
    ['body', 'x'.repeat(5001), 'body', 'must have at most 5000 characters'],
    ['body', 'a\0b', 'body', 'must be valid Unicode without NUL'],
    ['body', 'half \ud83d', 'body', 'must be valid Unicode without NUL'],
    ['recommended', 'yes', 'recommended', 'must be true or false'],
    ['author', undefined, 'author', 'is required: { name, email }'],
    ['author', { name: 'Ada' }, 'author.email', 'is required'],
    ['author', { email: 'a@example.com' }, 'author.name', 'is required'],
    ['author', { ...author, email: 'ada' }, 'author.email', 'must be an e-mail address'],
    [
      'author',
      { ...author, email: `${'a'.repeat(250)}@example.com` },
      'author.email',
      'must have at most 254 characters',
    ],
    [
      'author',
      { ...author, name: 'x'.repeat(61) },
      'author.name',
      'must have at most 60 characters',
    ],
    ['photos', ['http://example.com/a.jpg'], 'photos.0', 'must be an https URL'],
    ['photos', ['javascript:alert(1)'], 'photos.0', 'must be an https URL'],
    ['photos', [5], 'photos.0', 'must be an https URL'],
    ['photos', Array(6).fill('https://example.com/a.jpg'), 'photos', 'must be at most 5'],
    ['characteristics', { Fit: 6 }, 'characteristics.Fit', 'must be a whole number from 1 to 5'],
    [
      'characteristics',
      { Smell: 3 },
      'characteristics.Smell',
      'is none of Size, Width, Comfort, Quality, Length, Fit',
    ],
    ['characteristics', [], 'characteristics', 'must be an object like { "Fit": 4 }'],
    ['photos', 'https://example.com/a.jpg', 'photos', 'must be a list of URLs'],
    [
      'photos',
      [`https://example.com/${'x'.repeat(2_029)}`],
      'photos.0',
      'must have at most 2048 characters',
    ],
    [
      'photos',
      [`https://example.com/${'\u00fc'.repeat(1_000)}`],
      'photos.0',
      'must have at most 2048 characters',
    ],
    ['locale', 5, 'locale', 'must be a language tag like en or pt-BR'],
    ['locale', 'english language', 'locale', 'must be a language tag like en or pt-BR'],
    ['verified', 'no', 'verified', 'must be true or false'],
    ['rateing', 5, 'rateing', 'is not a known field'],
  ])('refuses %s = %j', async (field, value, path, message) => {
    const response = await api.submit('sku-2', { [field]: value }).expect(422);
    expect(response.body.type).toBe('urn:problem-type:starling:invalid-body');
    expect(response.body.errors).toEqual([{ path, message }]);
    expect((await api.get('/v1/products/sku-2/reviews')).body.reviews).toEqual([]);
  });

  it('names every bad value at once', async () => {
    const { body } = await api
      .submit('sku-2', { rating: 9, body: '', author: { name: '', email: 'x' } })
      .expect(422);
    const paths = body.errors.map((error: { path: string }) => error.path);
    expect(new Set(paths)).toEqual(new Set(['rating', 'body', 'author.name', 'author.email']));
  });

  it('accepts every value at its limit', async () => {
    await api
      .submit('sku-3', {
        rating: 1,
        title: '👍'.repeat(150),
        body: '語'.repeat(5000),
        photos: Array(5).fill('https://cdn.example.com/a.jpg'),
        characteristics: { Size: 1, Width: 2, Comfort: 3, Quality: 4, Length: 5, Fit: 1 },
        author: { name: 'x'.repeat(60), email: 'limit@example.com' },
      })
      .expect(201);
  });

  it('keeps HTML, quotes, backslashes and __proto__ as text', async () => {
    const body =
      '<script>alert("x")</script> \\u0000 {"__proto__": 1} \u2028 $1 \'; DROP TABLE reviews; --';
    const { body: review } = await api.submit('sku-4', { body }).expect(201);
    expect(review.body).toBe(body);
    expect((await api.get('/v1/products/sku-4/reviews')).body.reviews[0].body).toBe(body);
  });

  it.each([
    [' https://cdn.example.com/a b"<>.jpg\n', 'https://cdn.example.com/a%20b%22%3C%3E.jpg'],
    ['https:cdn.example.com/a.jpg', 'https://cdn.example.com/a.jpg'],
    [
      'https://cdn.example.com/\u00fc\u0000\ud83d.jpg',
      'https://cdn.example.com/%C3%BC%00%EF%BF%BD.jpg',
    ],
  ])('stores the address of a photo in its canonical spelling: %j', async (given, kept) => {
    const { body } = await api.submit('sku-photos', { photos: [given] }).expect(201);
    expect(body.photos).toEqual([{ id: 1, url: kept }]);
  });

  it('accepts a characteristic that the store has added', async () => {
    await api.sql.query(`INSERT INTO characteristics (name) VALUES ('Warmth')`);
    const fresh = await createTestApi();
    await fresh.sql.query(`INSERT INTO characteristics (name) VALUES ('Warmth')`);
    await fresh.submit('sku-5', { characteristics: { Warmth: 5 } }).expect(201);
    await fresh.close();
  });

  it('lets only a key mark a review as verified', async () => {
    const response = await api.submit('sku-6', { verified: true }).expect(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
  });

  it('answers 409 with the earlier review when the store posts for an author who has reviewed the product', async () => {
    const key = `Bearer ${await api.makeKey('write')}`;
    const { body: first } = await api.submit('sku-7', { author }).expect(201);

    const again = await api
      .submit('sku-7', { author: { name: 'Someone', email: ' ADA@example.com ' } })
      .set('Authorization', key)
      .expect(409);
    expect(again.body.type).toBe('urn:problem-type:starling:already-reviewed');
    expect(again.headers.location).toBe(`/v1/products/sku-7/reviews/${first.review_id}`);
    expect(JSON.stringify(again.body)).not.toContain('@example.com');

    await api.submit('sku-8', { author }).expect(201);
    expect((await api.get('/v1/products/sku-7/summary')).body.count).toBe(1);
  });

  it('stores one of many simultaneous reviews of one author, and counts it once', async () => {
    const key = `Bearer ${await api.makeKey('write')}`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        api
          .submit('sku-9', { author: { name: 'A', email: 'same@example.com' } })
          .set('Authorization', key),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    expect((await api.get('/v1/products/sku-9/summary')).body.count).toBe(1);
  });
});
