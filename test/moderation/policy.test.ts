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

  it('is answered 201 as pending, kept with what the checks said, and shown nowhere', async () => {
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

it('keeps what the checks said of a review that is shown, too', async () => {
  const api = await createTestApi();
  const { body } = await api.submit('fine').expect(201);
  expect(body).not.toHaveProperty('state');
  const { rows } = await api.sql.query('SELECT state, verdict FROM reviews');
  expect(rows).toEqual([{ state: 'approved', verdict: { policy: 'auto', findings: [] } }]);
  await api.close();
});
