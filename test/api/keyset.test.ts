import { createTestApi, type TestApi } from '../support/api';

interface Shown {
  review_id: number;
  rating: number;
  created_at: string;
  helpful_count: number;
}

const PRODUCT = 'much-reviewed';
const REVIEWS = 97;

/**
 * Orders in JavaScript, to compare with: by the key, then by id, both in the direction of the sort.
 */
const EXPECTED_ORDERS: Record<string, (a: Shown, b: Shown) => number> = {
  newest: (a, b) => b.created_at.localeCompare(a.created_at) || b.review_id - a.review_id,
  oldest: (a, b) => a.created_at.localeCompare(b.created_at) || a.review_id - b.review_id,
  highest: (a, b) => b.rating - a.rating || b.review_id - a.review_id,
  lowest: (a, b) => a.rating - b.rating || a.review_id - b.review_id,
  helpful: (a, b) => b.helpful_count - a.helpful_count || b.review_id - a.review_id,
  relevant: (a, b) => relevance(b) - relevance(a) || b.review_id - a.review_id,
};

function relevance({ created_at, helpful_count }: Shown): number {
  return (
    Math.round(Date.parse(created_at) / 60_000) + Math.round(43_200 * Math.log2(1 + helpful_count))
  );
}

describe('paging by cursor', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    // Many ties in every key, dates to the millisecond, and neighbour products that must not show.
    await api.sql.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, helpful_count, photo_count, payload)
       SELECT product, created_at, 'approved', 1 + n % 5, n % 7 * (n % 11), n % 2, format(
         '{"rating":%s,"title":"","body":"b","recommended":null,"author":{"name":"A"},"verified":false,"locale":null,"created_at":"%s","photos":[],"characteristics":{},"response":null}',
         1 + n % 5, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
       FROM generate_series(1, $2::int) AS n,
            LATERAL (SELECT timestamptz '2024-02-29 23:59:59.123Z' + n / 3 * interval '1 day 1 millisecond') AS d (created_at),
            unnest(ARRAY[$1, $1 || 'x', 'much-reviewe']) AS product`,
      [PRODUCT, REVIEWS],
    );
    await api.sql.query(
      'INSERT INTO product_summaries (product_id) SELECT DISTINCT product_id FROM reviews',
    );
  });
  afterAll(() => api.close());

  async function walk(
    query: string,
    each: (pages: number) => Promise<void> = async () => {},
  ): Promise<Shown[]> {
    const seen: Shown[] = [];
    let cursor: string | null = null;
    for (let pages = 1; ; pages += 1) {
      const path: string = `/v1/products/${PRODUCT}/reviews?${query}${cursor ? `&cursor=${cursor}` : ''}`;
      const { body }: { body: { reviews: Shown[]; next_cursor: string | null } } = await api
        .get(path)
        .expect(200);
      seen.push(...body.reviews);
      cursor = body.next_cursor;
      if (!cursor) return seen;
      await each(pages);
    }
  }

  const ids = (reviews: Shown[]) => reviews.map(({ review_id }) => review_id);

  it.each(
    Object.keys(EXPECTED_ORDERS).flatMap((sort) =>
      [1, 10, 52, 100].map((limit) => ({ sort, limit })),
    ),
  )('shows every review once, in order: $sort, $limit a page', async ({ sort, limit }) => {
    const seen = await walk(`sort=${sort}&limit=${limit}`);
    expect(seen).toHaveLength(REVIEWS);
    expect(ids(seen)).toEqual(ids([...seen].sort(EXPECTED_ORDERS[sort])));
    expect(new Set(ids(seen)).size).toBe(REVIEWS);
  });

  it.each(Object.keys(EXPECTED_ORDERS))('keeps a filter on every page: %s', async (sort) => {
    const seen = await walk(`sort=${sort}&limit=7&rating=2,3&has_photos=true`);
    const all = await walk(`sort=${sort}&limit=100`);
    const { rows } = await api.sql.query(
      `SELECT review_id::int AS id FROM reviews WHERE product_id = $1 AND rating IN (2, 3) AND photo_count > 0`,
      [PRODUCT],
    );
    const matching = new Set(rows.map(({ id }) => id));
    expect(ids(seen)).toEqual(ids(all.filter(({ review_id }) => matching.has(review_id))));
  });

  it('marks a page as the last one when it is exactly full', async () => {
    const { body } = await api
      .get(`/v1/products/much-reviewe/reviews?limit=100&rating=1`)
      .expect(200);
    const full = await api.get(
      `/v1/products/much-reviewe/reviews?limit=${body.reviews.length}&rating=1`,
    );
    expect(full.body.reviews).toEqual(body.reviews);
    expect(full.body.next_cursor).toBeNull();
  });

  it('neither misses nor repeats earlier reviews while new ones come in', async () => {
    const before = await walk('sort=newest&limit=100');
    const seen = await walk('sort=newest&limit=20', async () => {
      await api.submit(PRODUCT, { rating: 3 }).expect(201);
    });
    expect(ids(seen)).toEqual(ids(before));
  });
});
