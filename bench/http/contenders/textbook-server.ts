import express from 'express';
import { Pool } from 'pg';
import { TEXTBOOK_TABLE } from './textbook-table';

/**
 * The textbook server that Starling is measured against: Express, one statement per request,
 * `res.json`, and a table of its own with the two indexes that its statements use
 * (textbook-table.ts). It stays plain on purpose.
 *
 * POOL_SIZE: its connections. PREPARED: it names its statements, so that each connection parses
 * them once.
 */
const PREPARED = process.env.PREPARED === '1';

// All contenders are up at once, and the server has 100 connections. So a connection closes soon
// after its contender's turn.
const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL_SIZE),
  idleTimeoutMillis: 500,
});
const app = express();
app.use(express.json());

const ORDERS: Record<string, string> = {
  relevant: 'relevance DESC, review_id DESC',
  newest: 'created_at DESC, review_id DESC',
  oldest: 'created_at, review_id',
  highest: 'rating DESC, review_id DESC',
  lowest: 'rating, review_id',
  helpful: 'helpful_count DESC, review_id DESC',
};

function query(name: string, text: string, values: unknown[]) {
  return pool.query(PREPARED ? { name, text, values } : { text, values });
}

app.get('/v1/products/:product_id/reviews', async (request, response) => {
  const { product_id } = request.params;
  const { limit = '10', sort = 'relevant', rating } = request.query as Record<string, string>;
  const order = ORDERS[sort];
  if (!order) return void response.status(400).json({ error: 'unknown sort' });
  const { rows } = await query(
    `list-${sort}-${rating ? 'rated' : 'all'}`,
    `SELECT review_id, product_id, rating, title, body, author_name, recommended, verified, locale, created_at,
            characteristics, photos, response, helpful_count, not_helpful_count
     FROM ${TEXTBOOK_TABLE}
     WHERE product_id = $1 ${rating ? 'AND rating = ANY ($3)' : ''}
     ORDER BY ${order}
     LIMIT $2`,
    [product_id, Number(limit), ...(rating ? [rating.split(',').map(Number)] : [])],
  );
  response.json({ product_id, reviews: rows });
});

app.get('/v1/products/:product_id/summary', async (request, response) => {
  const { product_id } = request.params;
  const { rows } = await query(
    'summary',
    `SELECT count(*)::integer AS count, avg(rating)::float8 AS average,
            count(*) FILTER (WHERE rating = 1)::integer AS rating_1,
            count(*) FILTER (WHERE rating = 2)::integer AS rating_2,
            count(*) FILTER (WHERE rating = 3)::integer AS rating_3,
            count(*) FILTER (WHERE rating = 4)::integer AS rating_4,
            count(*) FILTER (WHERE rating = 5)::integer AS rating_5,
            count(*) FILTER (WHERE recommended)::integer AS recommended_yes,
            count(*) FILTER (WHERE NOT recommended)::integer AS recommended_no,
            count(*) FILTER (WHERE verified)::integer AS verified_count
     FROM ${TEXTBOOK_TABLE}
     WHERE product_id = $1`,
    [product_id],
  );
  response.json({ product_id, ...rows[0] });
});

/** One INSERT per request. Summaries are counted when they are read, so nothing else is written. */
app.post('/v1/products/:product_id/reviews', async (request, response) => {
  const { rating, title = null, body, author } = request.body;
  const createdAt = new Date();
  const { rows } = await query(
    'insert',
    `INSERT INTO ${TEXTBOOK_TABLE} (product_id, created_at, relevance, rating, author_name, author_email, title, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     RETURNING review_id, created_at`,
    [
      request.params.product_id,
      createdAt,
      Math.round(createdAt.getTime() / 60_000),
      rating,
      author.name,
      author.email,
      title,
      body,
    ],
  );
  response.status(201).json(rows[0]);
});

app.get('/readyz', (_request, response) => {
  response.json({ status: 'ready' });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
