import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { renderPayload } from '../../src/reviews/review-payload';
import { REVIEW_COLUMNS } from '../seed/review-generator';
import { ADD_SUMMARIES } from '../seed/summary-statements';
import { inChunks, STAGING } from './staging';

interface JoinedReview {
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

const FETCH_ROWS = 1_000;

/**
 * Turns what is staged into reviews, with their summaries, in one transaction of `writing`, which reads nothing it has not
 * been given: `staging` reads, and holds no locks on reviews.
 *
 * @param idsAreReviewIds whether the keys may become review ids: they do where there is no review yet
 */
export async function writeStaged(
  staging: Client,
  writing: Client,
  idsAreReviewIds: boolean,
): Promise<{ imported: number; keptIds: boolean }> {
  await prepareJoin(staging);
  await writing.query('BEGIN');
  try {
    const keptIds = idsAreReviewIds && (await takeEmptyTable(writing));
    await addCharacteristics(writing);
    const copy = writing.query(copyFrom(`COPY reviews (${REVIEW_COLUMNS}) FROM STDIN (FORMAT csv)`));
    const lines = inChunks(readJoined(staging, keptIds), toColumns);
    await pipeline(Readable.from(lines, { objectMode: false }), copy);
    if (keptIds) {
      await writing.query(
        `SELECT setval('review_ids', greatest(last_value, (SELECT max(key) FROM ${STAGING}.reviews))) FROM review_ids`,
      );
    }
    await addSummaries(writing);
    await writing.query(`DROP SCHEMA ${STAGING} CASCADE`);
    await writing.query('COMMIT');
    return { imported: copy.rowCount, keptIds };
  } catch (error) {
    await writing.query('ROLLBACK').catch(() => {}); // the connection may be what failed
    throw error;
  }
}

async function prepareJoin(client: Client): Promise<void> {
  await client.query(`
    CREATE INDEX ON ${STAGING}.photos (key);
    CREATE UNLOGGED TABLE ${STAGING}.named_ratings AS
      SELECT t.line, t.key, c.name, t.value FROM ${STAGING}.ratings AS t
      JOIN (SELECT id, min(name) AS name FROM ${STAGING}.characteristics GROUP BY id) AS c ON c.id = t.characteristic_id;
    CREATE INDEX ON ${STAGING}.named_ratings (key);
    ANALYZE ${STAGING}.photos; ANALYZE ${STAGING}.named_ratings; ANALYZE ${STAGING}.reviews`);
}

/** Locks writers out while it is empty, so that no review takes an id that is about to be used. */
async function takeEmptyTable(client: Client): Promise<boolean> {
  const isEmpty = async () => (await client.query('SELECT 1 FROM reviews LIMIT 1')).rows.length === 0;
  if (!(await isEmpty())) return false;
  await client.query('LOCK TABLE reviews IN SHARE ROW EXCLUSIVE MODE');
  return isEmpty();
}

/** A store's own are known to the service within half a minute. */
async function addCharacteristics(client: Client): Promise<void> {
  await client.query(
    `INSERT INTO characteristics (name) SELECT DISTINCT name FROM ${STAGING}.named_ratings ORDER BY name
     ON CONFLICT (name) DO NOTHING`,
  );
}

/** In the order of the segments. Ids rise with the time a review was written. */
async function* readJoined(client: Client, keptIds: boolean): AsyncGenerator<JoinedReview> {
  await client.query('BEGIN');
  await client.query(`
    DECLARE joined NO SCROLL CURSOR FOR
    SELECT ${keptIds ? 'key' : `nextval('review_ids')`} AS review_id, r.*,
      (SELECT json_agg(url ORDER BY position, line) FROM ${STAGING}.photos AS p WHERE p.key = r.key) AS photos,
      (SELECT json_object_agg(name, value ORDER BY line) FROM ${STAGING}.named_ratings AS t WHERE t.key = r.key)
        AS characteristics
    FROM (SELECT * FROM ${STAGING}.reviews ORDER BY product_id, created_at, line) AS r`);
  for (;;) {
    const { rows } = await client.query<JoinedReview>(`FETCH ${FETCH_ROWS} FROM joined`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await client.query('COMMIT'); // lets the schema be dropped
}

/** REVIEW_COLUMNS. The export does not say when a merchant replied: the reply is dated as the review. */
function toColumns(row: JoinedReview) {
  const characteristics = row.characteristics ?? {};
  const photoUrls = row.photos ?? [];
  const payload = renderPayload({
    rating: row.rating,
    title: row.title,
    body: row.body,
    recommended: row.recommended,
    authorName: row.author_name,
    verified: false,
    locale: row.locale,
    createdAt: row.created_at,
    photoUrls,
    characteristics,
    response: row.response === null ? null : { body: row.response, createdAt: row.created_at },
  });
  return [
    ...[row.review_id, row.created_at, row.product_id, row.helpful_count, 0, row.state, row.rating],
    ...[photoUrls.length, row.recommended, false, row.locale],
    ...[row.characteristics && JSON.stringify(characteristics), row.author_email, payload],
  ];
}

async function addSummaries(client: Client): Promise<void> {
  await client.query(`
    CREATE TEMPORARY TABLE added_summaries (LIKE product_summaries INCLUDING DEFAULTS) ON COMMIT DROP;
    INSERT INTO added_summaries (product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes,
                                 recommended_no, photo_count, characteristics)
    WITH photos AS (
      SELECT key, count(*) AS count FROM ${STAGING}.photos GROUP BY key
    ), rated AS (
      SELECT product_id, jsonb_object_agg(name, jsonb_build_object('sum', total, 'count', count)) AS characteristics
      FROM (
        SELECT r.product_id, t.name, sum(t.value) AS total, count(*) AS count
        FROM ${STAGING}.reviews AS r JOIN ${STAGING}.named_ratings AS t ON t.key = r.key
        WHERE r.state = 'approved'
        GROUP BY r.product_id, t.name
      ) AS sums
      GROUP BY product_id
    )
    SELECT product_id,
           count(*) FILTER (WHERE rating = 1), count(*) FILTER (WHERE rating = 2), count(*) FILTER (WHERE rating = 3),
           count(*) FILTER (WHERE rating = 4), count(*) FILTER (WHERE rating = 5),
           count(*) FILTER (WHERE recommended), count(*) FILTER (WHERE NOT recommended),
           coalesce(sum(photos.count), 0), coalesce(min(rated.characteristics::text)::jsonb, '{}')
    FROM ${STAGING}.reviews AS r LEFT JOIN photos USING (key) LEFT JOIN rated USING (product_id)
    WHERE state = 'approved'
    GROUP BY product_id`);
  await client.query(ADD_SUMMARIES);
}
