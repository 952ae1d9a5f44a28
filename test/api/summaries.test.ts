import { createTestApi, type TestApi } from '../support/api';

describe('summaries', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    const photos = ['https://cdn.example.com/a.jpg', 'https://cdn.example.com/b.jpg'];
    await api.submit('sku-1', {
      rating: 5,
      recommended: true,
      characteristics: { Fit: 4, Size: 3 },
      photos,
    });
    await api.submit('sku-1', { rating: 4, recommended: true, characteristics: { Fit: 5 } });
    await api.submit('sku-1', { rating: 1, recommended: false, characteristics: { Fit: 1 } });
    await api.submit('sku-1', { rating: 5 });
    await api.submit('sku-2', { rating: 2 });
  });
  afterAll(() => api.close());

  const SKU_1 = {
    product_id: 'sku-1',
    count: 4,
    average: 3.75,
    histogram: { '1': 1, '2': 0, '3': 0, '4': 1, '5': 2 },
    recommended: { yes: 2, no: 1 },
    characteristics: { Fit: { average: 3.33, count: 3 }, Size: { average: 3, count: 1 } },
    verified_count: 0,
    photo_count: 2,
  };

  it('count the reviews that were written', async () => {
    const { body, headers } = await api.get('/v1/products/sku-1/summary').expect(200);
    expect(body).toEqual(SKU_1);
    expect(headers['cache-tag']).toBe('product-sku-1');
  });

  it('are all zeros for a product without reviews', async () => {
    const { body } = await api.get('/v1/products/nobody/summary').expect(200);
    expect(body).toMatchObject({ count: 0, average: null, characteristics: {} });
  });

  it('return a hundred products in one request, each once, with one response for any order', async () => {
    const ids = ['sku-2', 'nobody', 'sku-1', ...Array.from({ length: 97 }, (_, n) => `other-${n}`)];
    const one = await api.get(`/v1/summaries?product_ids=${ids}`).expect(200);
    const other = await api
      .get(`/v1/summaries?product_ids=${[...ids.reverse(), 'sku-1']}`)
      .expect(200);
    const repeated = await api.get(
      `/v1/summaries?${ids.map((id) => `product_ids=${id}`).join('&')}`,
    );

    expect(one.body.summaries).toHaveLength(100);
    expect(one.body.summaries).toContainEqual(SKU_1);
    expect(other.text).toBe(one.text);
    expect(repeated.text).toBe(one.text);
    expect(other.headers.etag).toBe(one.headers.etag);
    expect(one.headers['cache-tag']!.split(',')).toHaveLength(100);
  });

  it('change the ETag of a batch when any of its products changes', async () => {
    const path = '/v1/summaries?product_ids=sku-1,changing';
    const { headers } = await api.get(path);
    await api.submit('changing');
    const changed = await api.get(path, { 'If-None-Match': headers.etag! }).expect(200);
    expect(changed.body.summaries[0].count).toBe(1);
  });

  it('equal a recount after concurrent writes on few products', async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        api
          .submit(`storm-${n % 5}`, {
            rating: 1 + (n % 5),
            recommended: [true, false, null][n % 3],
            characteristics: n % 2 ? { Fit: 1 + (n % 5) } : {},
          })
          .expect(201),
      ),
    );
    const { rows } = await api.sql.query(`
      SELECT * FROM product_summaries_recounted
      EXCEPT
      SELECT product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes, recommended_no,
             verified_count, photo_count, characteristics
      FROM product_summaries`);
    expect(rows).toEqual([]);
    expect((await api.get('/v1/products/storm-0/summary')).body.count).toBe(40);
  });

  it('round averages half up in decimal, in both contracts', async () => {
    await api.submit('4725', { rating: 5, characteristics: { Fit: 5 } }).expect(201);
    await api.sql.query(`
      UPDATE product_summaries SET rating_5 = 29, rating_4 = 11, characteristics = '{"Fit": {"sum": 189, "count": 40}}'
      WHERE product_id = '4725'`);
    const { body } = await api
      .get('/v1/products/4725/summary', { 'Cache-Control': 'no-cache' })
      .expect(200);
    expect(body).toMatchObject({
      count: 40,
      average: 4.73,
      characteristics: { Fit: { average: 4.73 } },
    });
    const legacy = async (path: string) => (await api.get(path)).body.characteristics.Fit.value;
    expect(await legacy('/reviews/4725/meta')).toBe('4.7250');
    expect(await legacy('/reviews/meta?product_id=4725')).toBe('4.7250000000000000');
  });
});
