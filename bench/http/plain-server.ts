import express from 'express';
import { Pool } from 'pg';

/**
 * The textbook server that Starling is measured against: Express, one query a request, `res.json`.
 * The same rows, the same indexes, the same answers but for what they lack. Kept plain on purpose.
 */
// All contenders are up at once, and the server has 100 connections: an idle one goes before the
// next one's turn.
const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  idleTimeoutMillis: 500,
});
const app = express();
app.use(express.json());

app.get('/v1/products/:product_id/reviews', async (request, response) => {
  const limit = Number(request.query.limit ?? 10);
  const { rows } = await pool.query(
    `SELECT review_id, product_id, rating, recommended, verified, locale, created_at, characteristics, helpful_count,
            not_helpful_count, payload::jsonb ->> 'title' AS title, payload::jsonb ->> 'body' AS body,
            payload::jsonb -> 'author' AS author, payload::jsonb -> 'photos' AS photos, payload::jsonb -> 'response' AS response
     FROM reviews
     WHERE product_id = $1 AND state = 'approved'
     ORDER BY relevance DESC, review_id DESC
     LIMIT $2`,
    [request.params.product_id, limit],
  );
  response.json({ product_id: request.params.product_id, reviews: rows });
});

app.get('/v1/products/:product_id/summary', async (request, response) => {
  const { rows } = await pool.query('SELECT * FROM product_summaries WHERE product_id = $1', [
    request.params.product_id,
  ]);
  response.json(rows[0] ?? {});
});

/** One INSERT a request, and the summary in the same transaction, as Starling keeps it. */
app.post('/v1/products/:product_id/reviews', async (request, response) => {
  const { rating, title = '', body, author } = request.body;
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
       VALUES ($1, now(), 'approved', $2, $3, $4) RETURNING review_id`,
      [request.params.product_id, rating, author.email, JSON.stringify({ rating, title, body })],
    );
    await client.query(
      `INSERT INTO product_summaries AS s (product_id, rating_5) VALUES ($1, 1)
       ON CONFLICT (product_id) DO UPDATE SET rating_5 = s.rating_5 + 1, version = s.version + 1`,
      [request.params.product_id],
    );
    await client.query('COMMIT');
    response.status(201).json(rows[0]);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});

app.get('/readyz', (_request, response) => {
  response.json({ status: 'ready' });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
