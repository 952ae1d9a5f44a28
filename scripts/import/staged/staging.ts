import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { csvLine } from '../csv/csv-line';

/** A review from a file. Its photos and ratings refer to it by `key`. */
export interface StagedReview {
  line: number;
  key: number;
  productId: string;
  createdAt: string;
  helpfulCount: number;
  state: 'approved' | 'flagged' | 'pending' | 'rejected';
  rating: number;
  recommended: boolean | null;
  locale: string | null;
  authorName: string;
  authorEmail: string | null;
  title: string;
  body: string;
  response: string | null;
}

export interface StagedPhoto {
  line: number;
  key: number;
  /** The order of a review's photos. */
  position: number;
  url: string;
}

export interface StagedCharacteristic {
  id: number;
  name: string;
}

export interface StagedRating {
  line: number;
  key: number;
  characteristicId: number;
  value: number;
}

/**
 * The tables of an import. They are temporary: PostgreSQL drops them when the session ends, however
 * it ends; no other session reads them, and no backup contains them. So a failed import leaves
 * nothing.
 */
export async function createStaging(client: Client): Promise<void> {
  await client.query(`
    CREATE TEMPORARY TABLE staged_reviews (
      line integer, key bigint, product_id text COLLATE "C", created_at text, helpful_count integer, state review_state,
      rating smallint, recommended boolean, locale text, author_name text, author_email text COLLATE "C", title text,
      body text, response text);
    CREATE TEMPORARY TABLE staged_photos (line integer, key bigint, position bigint, url text);
    CREATE TEMPORARY TABLE staged_characteristics (id bigint, name text);
    CREATE TEMPORARY TABLE staged_ratings (line integer, key bigint, characteristic_id bigint, value smallint)`);
}

export async function stageReviews(
  client: Client,
  reviews: AsyncIterable<StagedReview>,
): Promise<void> {
  await copyRows(client, 'staged_reviews', reviews, (r) => [
    ...[
      r.line,
      r.key,
      r.productId,
      r.createdAt,
      r.helpfulCount,
      r.state,
      r.rating,
      r.recommended,
      r.locale,
    ],
    ...[r.authorName, r.authorEmail, r.title, r.body, r.response],
  ]);
}

export async function stagePhotos(
  client: Client,
  photos: AsyncIterable<StagedPhoto>,
): Promise<void> {
  await copyRows(client, 'staged_photos', photos, (p) => [p.line, p.key, p.position, p.url]);
}

export async function stageCharacteristics(
  client: Client,
  rows: AsyncIterable<StagedCharacteristic>,
): Promise<void> {
  await copyRows(client, 'staged_characteristics', rows, (c) => [c.id, c.name]);
}

export async function stageRatings(
  client: Client,
  ratings: AsyncIterable<StagedRating>,
): Promise<void> {
  await copyRows(client, 'staged_ratings', ratings, (r) => [
    r.line,
    r.key,
    r.characteristicId,
    r.value,
  ]);
}

async function copyRows<T>(
  client: Client,
  table: string,
  rows: AsyncIterable<T>,
  toValues: (row: T) => (string | number | boolean | null)[],
): Promise<void> {
  const copy = client.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT csv)`));
  await pipeline(Readable.from(inChunks(rows, toValues), { objectMode: false }), copy);
}

const CHUNK_LENGTH = 64 << 10;

/** Writes many lines at once. */
export async function* inChunks<T>(
  rows: AsyncIterable<T>,
  toValues: (row: T) => (string | number | boolean | null)[],
): AsyncGenerator<Buffer> {
  let chunk = '';
  for await (const row of rows) {
    chunk += csvLine(toValues(row));
    if (chunk.length < CHUNK_LENGTH) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  yield Buffer.from(chunk);
}
