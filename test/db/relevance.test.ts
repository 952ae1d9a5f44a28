import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('the relevance of a review', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('is the same as that of reviews from before migration 0054', async () => {
    const { rows } = await client.query(`
      SELECT count(*)::integer AS compared,
             count(*) FILTER (WHERE review_relevance(at, votes) IS DISTINCT FROM
               (date_part('epoch', at AT TIME ZONE 'UTC') / 60)::integer
               + (43200 * ln(1 + votes) / ln(2::double precision))::integer)::integer AS different
      FROM generate_series('1999-12-31 23:59:30.001+00'::timestamptz, '2080-01-01', '41 days 07:31:29.999') AS at,
           unnest(ARRAY[0, 1, 2, 3, 7, 100, 12345, 2147483646]) AS votes`);
    expect(rows).toEqual([{ compared: 5664, different: 0 }]);
  });

  it('refuses fewer than no helpful votes', async () => {
    await expect(client.query('SELECT review_relevance(now(), -1)')).rejects.toThrow('logarithm');
  });
});
