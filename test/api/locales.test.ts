import { createTestApi, type TestApi } from '../support/api';

describe('a locale', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
  });
  afterAll(() => api.close());

  it.each([
    ['en_US', 'en-US', ['en-US', 'en_us', 'EN-US']],
    ['pt_br', 'pt-BR', ['pt_BR', 'pt-br']],
    ['de_AT.UTF-8', 'de-AT', ['de_AT']],
    ['zh_Hant_TW', 'zh-Hant-TW', ['zh-hant-tw']],
  ])('is stored and found in its canonical spelling: %s', async (posted, stored, asked) => {
    const product = `locale-${stored}`;
    expect((await api.submit(product, { locale: posted }).expect(201)).body.locale).toBe(stored);
    for (const locale of asked) {
      const { body } = await api
        .get(`/v1/products/${product}/reviews?locale=${locale}`)
        .expect(200);
      expect(body.reviews.map((each: { locale: string }) => each.locale)).toEqual([stored]);
    }
  });

  it.each(['_', 'en__US', 'en US', 'english'.repeat(6), '*', 'en-US,en;q=0.5', ''])(
    'that is invalid is refused: %j',
    async (locale) => {
      const { body } = await api.submit('1', { locale }).expect(422);
      expect(body.errors).toEqual([
        { path: 'locale', message: 'must be a language tag like en or pt-BR' },
      ]);
      await api.get(`/v1/products/1/reviews?locale=${encodeURIComponent(locale)}`).expect(400);
    },
  );
});
