import type { Client } from 'pg';

export interface JoinedReview {
  key: string;
  review_id: string;
  product_id: string;
  created_at: string;
  helpful_count: number;
  state: string;
  rating: number;
  recommended: boolean | null;
  locale: string | null;
  author_name: string;
  author_email: string | null;
  title: string;
  body: string;
  response: string | null;
  photos: string[] | null;
  characteristics: Record<string, number> | null;
}

/**
 * The sums of a product's approved reviews, for the columns of `product_summaries` of the same
 * names.
 */
export interface StagedSummary {
  product_id: string;
  rating_1: string;
  rating_2: string;
  rating_3: string;
  rating_4: string;
  rating_5: string;
  recommended_yes: string;
  recommended_no: string;
  photo_count: string;
  characteristics: string;
}

/**
 * Prepares photos and ratings for the join with their reviews. Call it after the last refusal, each
 * time.
 */
export async function prepareJoin(client: Client): Promise<void> {
  await client.query(`
    DROP TABLE IF EXISTS staged_named_ratings;
    CREATE INDEX IF NOT EXISTS staged_photos_by_key ON staged_photos (key);
    CREATE TEMPORARY TABLE staged_named_ratings AS
      SELECT t.line, t.key, c.name, t.value FROM staged_ratings AS t
      JOIN (SELECT id, min(name) AS name FROM staged_characteristics GROUP BY id) AS c ON c.id = t.characteristic_id;
    CREATE INDEX ON staged_named_ratings (key);
    ANALYZE staged_photos; ANALYZE staged_named_ratings; ANALYZE staged_reviews`);
}

/** Undefined when no review is staged. */
export async function findKeyRange(
  client: Client,
): Promise<{ first: number; last: number } | undefined> {
  const { rows } = await client.query<{ first: string | null; last: string | null }>(
    'SELECT min(key) AS first, max(key) AS last FROM staged_reviews',
  );
  const { first, last } = rows[0]!;
  return first === null ? undefined : { first: Number(first), last: Number(last) };
}

export async function listCharacteristicNames(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT DISTINCT name FROM staged_named_ratings ORDER BY name',
  );
  return rows.map(({ name }) => name);
}

/** In the order of the segments. New ids rise with the time of the review. */
export function readJoined(client: Client, keepKeys: boolean): AsyncGenerator<JoinedReview> {
  return readRows(
    client,
    `SELECT ${keepKeys ? 'key' : `nextval('review_ids')`} AS review_id, r.*,
      (SELECT json_agg(url ORDER BY position, line) FROM staged_photos AS p WHERE p.key = r.key) AS photos,
      (SELECT json_object_agg(name, value ORDER BY line) FROM staged_named_ratings AS t WHERE t.key = r.key)
        AS characteristics
    FROM (SELECT * FROM staged_reviews ORDER BY product_id, created_at, line) AS r`,
  );
}

export function readSummaries(client: Client): AsyncGenerator<StagedSummary> {
  return readRows(
    client,
    `WITH photos AS (
      SELECT key, count(*) AS count FROM staged_photos GROUP BY key
    ), rated AS (
      SELECT product_id, jsonb_object_agg(name, jsonb_build_object('sum', total, 'count', count)) AS characteristics
      FROM (
        SELECT r.product_id, t.name, sum(t.value) AS total, count(*) AS count
        FROM staged_reviews AS r JOIN staged_named_ratings AS t ON t.key = r.key
        WHERE r.state = 'approved'
        GROUP BY r.product_id, t.name
      ) AS sums
      GROUP BY product_id
    )
    SELECT product_id,
           count(*) FILTER (WHERE rating = 1) AS rating_1, count(*) FILTER (WHERE rating = 2) AS rating_2,
           count(*) FILTER (WHERE rating = 3) AS rating_3, count(*) FILTER (WHERE rating = 4) AS rating_4,
           count(*) FILTER (WHERE rating = 5) AS rating_5,
           count(*) FILTER (WHERE recommended) AS recommended_yes,
           count(*) FILTER (WHERE NOT recommended) AS recommended_no,
           coalesce(sum(photos.count), 0) AS photo_count,
           coalesce(min(rated.characteristics::text), '{}') AS characteristics
    FROM staged_reviews AS r LEFT JOIN photos USING (key) LEFT JOIN rated USING (product_id)
    WHERE state = 'approved'
    GROUP BY product_id`,
  );
}

const FETCH_ROWS = 1_000;

/** Reads a thousand rows at a time, whatever their number. */
async function* readRows<T extends object>(client: Client, select: string): AsyncGenerator<T> {
  await client.query('BEGIN');
  try {
    await client.query(`DECLARE staged_rows NO SCROLL CURSOR FOR ${select}`);
    for (;;) {
      const { rows } = await client.query<T>(`FETCH ${FETCH_ROWS} FROM staged_rows`);
      if (rows.length === 0) break;
      yield* rows;
    }
  } finally {
    await client.query('COMMIT').catch(() => {}); // the connection may be what failed
  }
}
