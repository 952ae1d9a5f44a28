import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { composeBeside, createTestApi, type TestApi } from '../support/api';

describe('votes and reports', () => {
  let api: TestApi;
  let beside: Service;
  /** A key of the store's server, which names its shoppers with actors. */
  let store: string;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off', REPORTERS_TO_HIDE: '3' });
    beside = await composeBeside(api);
    store = `Bearer ${await api.makeKey('write')}`;
  });
  afterAll(async () => {
    await beside.close();
    await api.close();
  });

  async function reviewOf(product: string): Promise<string> {
    return (await api.submit(product).expect(201)).headers.location!;
  }
  const as = (actor: string) => ({ Authorization: store, 'Starling-Actor': actor });
  const vote = (review: string, actor: string, helpful: boolean) =>
    api.send('put', `${review}/vote`).set(as(actor)).send({ helpful });
  const report = (review: string, actor: string, reason = 'spam') =>
    api.send('post', `${review}/reports`).set(as(actor)).send({ reason });
  const counts = ({ body }: { body: { helpful_count: number; not_helpful_count: number } }) => [
    body.helpful_count,
    body.not_helpful_count,
  ];

  describe('a vote', () => {
    it('counts once per voter, may be changed, and may be withdrawn', async () => {
      const review = await reviewOf('v1');
      expect(counts(await vote(review, 'ann', true).expect(200))).toEqual([1, 0]);
      expect(counts(await vote(review, 'ann', true).expect(200))).toEqual([1, 0]);
      expect(counts(await vote(review, 'ben', true).expect(200))).toEqual([2, 0]);
      expect(counts(await vote(review, 'ann', false).expect(200))).toEqual([1, 1]);
      const withdraw = () => api.send('delete', `${review}/vote`).set(as('ann')).expect(200);
      expect(counts(await withdraw())).toEqual([1, 0]);
      expect(counts(await withdraw())).toEqual([1, 0]);
      expect(counts(await api.get(review))).toEqual([1, 0]);
    });

    it('is visible on the next read of any page, and moves the review up', async () => {
      const first = await reviewOf('v2');
      const second = await reviewOf('v2');
      const firstShown = async () => (await api.get('/v1/products/v2/reviews')).body.reviews[0];
      expect(second).toContain(`/${(await firstShown()).review_id}`);
      await vote(first, 'ann', true);
      expect(await firstShown()).toMatchObject({
        review_id: Number(first.split('/').at(-1)),
        helpful_count: 1,
      });
    });

    it('leaves the version alone when it changes nothing', async () => {
      const review = await reviewOf('v3');
      await vote(review, 'ann', true);
      const { headers } = await api.get('/v1/products/v3/reviews');
      await vote(review, 'ann', true);
      expect((await api.get('/v1/products/v3/reviews')).headers.etag).toBe(headers.etag);
    });

    it('counts once per address without an actor', async () => {
      const review = await reviewOf('v4');
      const anonymous = () => api.send('put', `${review}/vote`).send({ helpful: true });
      await anonymous();
      expect(counts(await anonymous())).toEqual([1, 0]);
    });

    it('stores the voter only as a keyed hash', async () => {
      const review = await reviewOf('v5');
      await vote(review, 'session-of-ann', true);
      const { rows } = await api.sql.query('SELECT v::text AS text FROM review_votes v');
      const hex = Buffer.from('session-of-ann').toString('hex');
      for (const { text } of rows)
        expect(text.includes('session-of-ann') || text.includes(hex)).toBe(false);
    });

    it('keeps counts that equal a recount after concurrent votes on two instances', async () => {
      const reviews = [await reviewOf('v6'), await reviewOf('v6'), await reviewOf('v7')];
      await Promise.all(
        Array.from({ length: 300 }, (_, n) =>
          supertest(n % 2 ? api.app : beside.listener)
            .put(`${reviews[n % 3]}/vote`)
            .set(as(`voter-${n % 40}`))
            .send({ helpful: n % 5 > 1 })
            .expect(200),
        ),
      );
      const { rows } = await api.sql.query(`
        SELECT r.helpful_count, r.not_helpful_count,
               count(*) FILTER (WHERE v.helpful)::int AS yes, count(*) FILTER (WHERE NOT v.helpful)::int AS no
        FROM reviews r JOIN review_votes v USING (review_id) WHERE r.product_id IN ('v6', 'v7') GROUP BY 1, 2, r.review_id`);
      expect(rows).toHaveLength(3);
      for (const row of rows)
        expect([row.helpful_count, row.not_helpful_count]).toEqual([row.yes, row.no]);
    });

    it('is refused on a review that the product does not show, and with an invalid actor', async () => {
      await vote('/v1/products/v8/reviews/999999', 'ann', true).expect(404);
      const review = await reviewOf('v8');
      await vote(review.replace('v8', 'v1'), 'ann', true).expect(404);
      await vote(review, 'x'.repeat(129), true).expect(400);
      await vote(review, 'x'.repeat(128), true).expect(200);
      await api.send('put', `${review}/vote`).send({ helpful: 'yes' }).expect(422);
    });
  });

  describe('a report', () => {
    const isShown = async (review: string) => (await api.get(review)).status === 200;

    it('hides the review at the configured number of distinct reporters, never at one', async () => {
      const review = await reviewOf('r1');
      await reviewOf('r1');
      for (let repeat = 0; repeat < 5; repeat += 1) await report(review, 'ann').expect(201);
      await report(review, 'ben').expect(201);
      expect(await isShown(review)).toBe(true);

      await report(review, 'cat').expect(201);

      expect(await isShown(review)).toBe(false);
      expect((await api.get('/v1/products/r1/reviews')).body.reviews).toHaveLength(1);
      expect((await api.get('/v1/products/r1/summary')).body.count).toBe(1);
      await report(review, 'dan').expect(404);
    });

    it('removes exactly the hidden review from the summary', async () => {
      const characteristics = { Fit: 2, Size: 5 };
      const photos = ['https://cdn.example.com/a.jpg'];
      const kept = { rating: 4, recommended: true, characteristics: { Fit: 5 } };
      await api.submit('r2', kept).expect(201);
      const { body: before } = await api.get('/v1/products/r2/summary');
      const hidden = await api
        .submit('r2', { rating: 1, recommended: false, characteristics, photos })
        .expect(201);
      await Promise.all(
        ['a', 'b', 'c', 'd'].map((actor) => report(hidden.headers.location!, actor)),
      );
      expect((await api.get('/v1/products/r2/summary')).body).toEqual(before);
    });

    it('needs a known reason', async () => {
      const review = await reviewOf('r3');
      const { body } = await report(review, 'ann', 'boring').expect(422);
      expect(body.errors[0].path).toBe('reason');
    });
  });
});
