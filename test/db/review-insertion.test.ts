import { createPools, type Pools } from '../../src/platform/db/pools';
import type { TextDatabase } from '../../src/platform/db/statement';
import { createLogger } from '../../src/platform/telemetry/logger';
import type { NumberedReview } from '../../src/reviews/new-review';
import { createReviewInsertion } from '../../src/reviews/review-insertion';
import { createReviewWriter } from '../../src/reviews/review-writer';
import { createTestDatabase, type TestDatabase } from '../support/database';

const TEXTS = [
  'a "quoted" \\ text, {with} \n lines',
  'unit \x1e and record \x1f separators',
  '👋🏽 مرحبا',
];

describe('a batch of reviews', () => {
  let database: TestDatabase;
  let pools: Pools;
  let insertReviews: ReturnType<typeof createReviewInsertion>;

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = createPools({
      databaseUrl: database.url,
      replicaUrls: [],
      readConnections: 1,
      writeConnections: 1,
      instance: 'insertion-test',
      logger: createLogger('fatal', 'insertion-test'),
    });
    insertReviews = createReviewInsertion(pools.derivedWrites);
  });
  afterAll(async () => {
    await pools.close();
    await database.drop();
  });

  // The service would hide a failure: it writes a failed batch again one by one.
  it('is written in one statement, with each text unchanged', async () => {
    const batch = TEXTS.map(toReview);
    expect(await insertReviews(batch)).toEqual(new Set(['1', '2', '3']));
    const { rows } = await pools.writes.query(
      'SELECT payload, verdict FROM reviews ORDER BY review_id',
    );
    expect(rows).toEqual(batch.map(({ payload, verdict }) => ({ payload, verdict })));
  });

  it('is written in one statement when some authors are known, without those under a write key', async () => {
    const authorEmail = 'known@example.com';
    const review = (reviewId: string, changes: Partial<NumberedReview> = {}) => ({
      ...toReview(`review ${reviewId}`, Number(reviewId)),
      reviewId,
      productId: 'sku-2',
      ...changes,
    });
    await insertReviews([review('11', { authorEmail })]);
    const keyed = (id: string) => ({
      idempotency: { keyHash: Buffer.from(`key ${id}`), requestHash: Buffer.from(id) },
      body: `answer ${id}`,
    });
    const stored = await insertReviews([
      review('12'),
      review('13', { authorEmail, ...keyed('13') }),
      review('14', { authorEmail, isVouchedFor: true, ...keyed('14') }),
      review('15', { authorEmail: 'twice@example.com' }),
      review('16', {
        authorEmail: 'twice@example.com',
        state: 'pending',
        photoCount: 2,
        rating: 1,
      }),
    ]);
    expect(stored).toEqual(new Set(['12', '13', '15', '16']));
    const { rows } = await pools.writes.query(
      `SELECT review_id, state, rating, photo_count, author_email, claimed_email, verdict ->> 'found' AS found, verdict ->> 'same_author' AS same
       FROM reviews LEFT JOIN author_claims USING (review_id, product_id)
       WHERE review_id > 12 ORDER BY review_id`,
    );
    expect(rows).toEqual([
      {
        ...{
          review_id: '13',
          state: 'pending',
          rating: 5,
          photo_count: 0,
          found: 'review 13',
          same: 'true',
        },
        ...{ author_email: null, claimed_email: authorEmail },
      },
      {
        ...{
          review_id: '15',
          state: 'approved',
          rating: 5,
          photo_count: 0,
          found: 'review 15',
          same: null,
        },
        ...{ author_email: 'twice@example.com', claimed_email: null },
      },
      {
        ...{
          review_id: '16',
          state: 'pending',
          rating: 1,
          photo_count: 2,
          found: 'review 16',
          same: 'true',
        },
        ...{ author_email: null, claimed_email: 'twice@example.com' },
      },
    ]);
    const kept = await pools.writes.query('SELECT review_id, body FROM idempotency_keys');
    expect(kept.rows).toEqual([{ review_id: '13', body: 'answer 13' }]);
  });

  it('stores a request whose Idempotency-Key expires during the check', async () => {
    const forgetful: TextDatabase = {
      ...pools.derivedWrites,
      queryText: async (...asked) => {
        const rows = await pools.derivedWrites.queryText(...asked);
        if (rows.length === 0) await pools.writes.query('DELETE FROM idempotency_keys');
        return rows;
      },
    };
    await pools.writes.query(`SELECT setval('review_ids', 100)`);
    const write = createReviewWriter({ writes: pools.writes, batches: forgetful });
    const idempotency = { keyHash: Buffer.from('old'), requestHash: Buffer.from('request') };
    const review = { ...toReview('"again"', 100), idempotency };
    const [first] = await write([review]);
    const [second] = await write([review]);
    expect([first, second]).toEqual([
      expect.objectContaining({ kind: 'created', location: '/v1/products/sku-1/reviews/101' }),
      expect.objectContaining({ kind: 'created', location: expect.not.stringMatching(/101$/) }),
    ]);
  });
});

describe('a batch whose authors write keys vouch for', () => {
  let database: TestDatabase;
  let pools: Pools;
  let executed: string[];
  let insertReviews: ReturnType<typeof createReviewInsertion>;

  beforeEach(async () => {
    database = await createTestDatabase();
    pools = createPools({
      databaseUrl: database.url,
      replicaUrls: [],
      readConnections: 1,
      writeConnections: 2,
      instance: 'insertion-test',
      logger: createLogger('fatal', 'insertion-test'),
    });
    executed = [];
    insertReviews = createReviewInsertion(recording());
  });
  afterEach(async () => {
    await pools.close();
    await database.drop();
  });

  function recording(): TextDatabase {
    return {
      ...pools.derivedWrites,
      queryText: (statement, values) => {
        executed.push(statement.name);
        return pools.derivedWrites.queryText(statement, values);
      },
    };
  }

  const vouched = (id: number, changes: Partial<NumberedReview> = {}): NumberedReview => ({
    ...toReview(`review ${id}`, id),
    reviewId: `${id}`,
    isVouchedFor: true,
    ...changes,
  });
  const keyed = (name: string): Pick<NumberedReview, 'idempotency' | 'body'> => ({
    idempotency: { keyHash: Buffer.from(name), requestHash: Buffer.from(name) },
    body: `answer ${name}`,
  });
  const stored = async () => {
    const { rows } = await pools.writes.query(
      `SELECT (SELECT array_agg(review_id ORDER BY review_id) FROM reviews) AS reviews,
              (SELECT array_agg(review_id ORDER BY review_id) FROM idempotency_keys) AS keyed,
              (SELECT sum(rating_5)::integer FROM product_summaries) AS counted`,
    );
    return rows[0];
  };

  it('is written without a search for conflicts, and a review of unknown standing never', async () => {
    expect(await insertReviews([vouched(1), vouched(2, keyed('two'))])).toEqual(
      new Set(['1', '2']),
    );
    await insertReviews([vouched(3)]);
    await insertReviews([vouched(4), vouched(5, { isVouchedFor: false })]);
    expect(executed).toEqual([
      'insert_new_reviews_with_keys',
      'insert_new_reviews',
      'insert_reviews',
    ]);
    expect(await stored()).toEqual({
      reviews: ['1', '2', '3', '4', '5'],
      keyed: ['2'],
      counted: 5,
    });
  });

  it.each([
    ['an author', vouched(9, { authorEmail: vouched(1).authorEmail })],
    ['an Idempotency-Key', vouched(9, keyed('one'))],
  ])('is written without the review that repeats %s, and counted once', async (_what, repeated) => {
    await insertReviews([vouched(1, keyed('one'))]);
    expect(await insertReviews([vouched(2, keyed('two')), repeated])).toEqual(new Set(['2']));
    expect(await stored()).toEqual({ reviews: ['1', '2'], keyed: ['1', '2'], counted: 2 });
  });

  it('fails at most once in a hundred batches when a client repeats a review', async () => {
    await insertReviews([vouched(1)]);
    for (let batch = 0; batch < 202; batch += 1) {
      await insertReviews([vouched(1000 + batch, { authorEmail: vouched(1).authorEmail })]);
    }
    expect(executed.filter((name) => name === 'insert_new_reviews')).toHaveLength(1 + 2);
    expect(await stored()).toEqual({ reviews: ['1'], keyed: null, counted: 1 });
  });
});

function toReview(text: string, index: number): NumberedReview {
  return {
    reviewId: `${index + 1}`,
    productId: 'sku-1',
    createdAt: '2026-11-25T00:00:00.000Z',
    state: 'approved',
    verdict: { found: text },
    isPendingTold: true,
    rating: 5,
    recommended: null,
    verified: false,
    photoCount: 0,
    locale: null,
    characteristics: {},
    authorEmail: `author-${index}@example.com`,
    isVouchedFor: false,
    payload: JSON.stringify({ body: text }),
    idempotency: null,
    location: '',
    body: '',
  };
}
