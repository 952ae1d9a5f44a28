import { createPools, type Pools } from '../../src/platform/db/pools';
import { createLogger } from '../../src/platform/telemetry/logger';
import { createReviewInsertion, type NumberedReview } from '../../src/reviews/review-insertion';
import { countingOf } from '../../src/summaries/summary-writer';
import { createTestDatabase, type TestDatabase } from '../support/database';

const TEXTS = ['a "quoted" \\ text, {with} \n lines', 'unit \x1e and record \x1f separators', '👋🏽 مرحبا'];

describe('a batch of reviews', () => {
  let database: TestDatabase;
  let pools: Pools;

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
  });
  afterAll(async () => {
    await pools.close();
    await database.drop();
  });

  // Through the service it would not show: a batch that fails is written again one by one.
  it('is written as one statement, each text as it was', async () => {
    const insert = createReviewInsertion(pools.derivedWrites, countingOf);
    const batch = TEXTS.map(toReview);
    expect(await insert(batch)).toEqual(new Set(['1', '2', '3']));
    const { rows } = await pools.writes.query('SELECT payload, verdict FROM reviews ORDER BY review_id');
    expect(rows).toEqual(batch.map(({ payload, verdict }) => ({ payload, verdict })));
  });
});

function toReview(text: string, index: number): NumberedReview {
  return {
    reviewId: `${index + 1}`,
    productId: 'sku-1',
    createdAt: '2026-11-25T00:00:00.000Z',
    state: 'approved',
    verdict: { found: text },
    rating: 5,
    recommended: null,
    verified: false,
    photoCount: 0,
    locale: null,
    characteristics: {},
    authorEmail: `author-${index}@example.com`,
    payload: JSON.stringify({ body: text }),
    idempotency: null,
    location: '',
    body: '',
  };
}
