import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { SegmentBounds } from '../../src/reviews/segment-bounds';
import {
  createDetachedSegment,
  createSegmentIndexes,
  segmentName,
} from '../segments/detached-segment';
import { REVIEW_COLUMNS } from '../shared/review-columns';
import { LOADING_LOCK, LOADING_SCHEMA } from '../shared/seeding-lock';
import { ADD_SUMMARIES } from '../shared/summary-statements';
import { SUMMARY_COLUMNS } from './review-generator';
import type { SegmentPlan } from './seed-plan';
import { reviewsFile, summariesFile } from './segment-files';
import { shiftIds } from './shifted-ids';

/**
 * Loads one segment in one transaction: a table beside `reviews` with the rows, constraints,
 * indexes and statistics of a segment. It is in the schema `seeding`, where no reader sees it. The
 * table exists completely or not at all, and its existence records that the segment is loaded.
 * publish.ts attaches the segments.
 */

const COPY_CHUNK_BYTES = 64 << 10;
const PROGRESS_BYTES = 8 << 20;

export interface SegmentLoad {
  segment: SegmentPlan;
  segments: readonly SegmentPlan[];
  dir: string;
  /** Added to the review ids of the file. */
  idOffset: number;
  onProgress(rows: number, bytes: number): void;
  onPhaseDone(phase: 'copy' | 'index', seconds: number): void;
}

export async function connectLoader(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'starling-seed' });
  client.on('error', () => {}); // the running statement reports it
  await client.connect();
  // Without it, the session of a killed seeder would finish its index before it notices.
  await client.query(`SET client_connection_check_interval = '1s'`);
  await client.query('SELECT pg_advisory_lock_shared($1)', [LOADING_LOCK]);
  return client;
}

/**
 * @throws Error when the server rejects the rows or counts other than planned; the segment does not
 *   exist then
 */
export async function buildSegment(client: Client, load: SegmentLoad): Promise<void> {
  const table = `${LOADING_SCHEMA}.${segmentName(load.segment.number)}`;
  await client.query('BEGIN');
  try {
    await createDetachedSegment(client, table, segmentBounds(load.segment, load.segments));
    let started = performance.now();
    await copyReviews(client, `${table} (${REVIEW_COLUMNS})`, 'FREEZE', load);
    load.onPhaseDone('copy', (performance.now() - started) / 1000);
    started = performance.now();
    await createSegmentIndexes(client, table);
    await client.query(`ANALYZE ${table}`);
    await client.query('COMMIT');
    load.onPhaseDone('index', (performance.now() - started) / 1000);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}); // the connection may be what failed
    throw error;
  }
}

/**
 * Appends the rows to the live segments and adds their summaries. The same transaction records it,
 * so it happens once, however often the command is killed.
 */
export async function appendSegment(client: Client, load: SegmentLoad): Promise<void> {
  const started = performance.now();
  await client.query('BEGIN');
  try {
    await client.query(`INSERT INTO ${LOADING_SCHEMA}.appended (part) VALUES ($1)`, [
      load.segment.number,
    ]);
    await copyReviews(client, `reviews (${REVIEW_COLUMNS})`, '', load);
    await addSummaries(client, summariesFile(load.dir, load.segment.number));
    await client.query('COMMIT');
    load.onPhaseDone('copy', (performance.now() - started) / 1000);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

export function segmentBounds(
  segment: SegmentPlan,
  segments: readonly SegmentPlan[],
): SegmentBounds {
  const next = segments[segment.number];
  return {
    from: segment.number === 1 ? undefined : `${segment.firstProduct}`,
    to: next === undefined ? undefined : `${next.firstProduct}`,
  };
}

/** Streams the file to the server; it reads on only when the server has taken the earlier bytes. */
async function copyReviews(
  client: Client,
  target: string,
  option: 'FREEZE' | '',
  { segment, dir, idOffset, onProgress }: SegmentLoad,
): Promise<void> {
  const path = reviewsFile(dir, segment.number);
  const bytesInAll = statSync(path).size;
  const progress = { rows: 0, bytes: 0 };
  const report = (bytes: number) => {
    const rows = Math.round((segment.rows * bytes) / bytesInAll); // rows have about the same length
    onProgress(rows - progress.rows, bytes - progress.bytes);
    Object.assign(progress, { rows, bytes });
  };
  const file = createReadStream(path, { highWaterMark: COPY_CHUNK_BYTES });
  file.on('data', () => {
    if (file.bytesRead - progress.bytes >= PROGRESS_BYTES) report(file.bytesRead);
  });
  const copy = client.query(
    copyFrom(`COPY ${target} FROM STDIN (FORMAT csv${option && `, ${option}`})`),
  );
  await (idOffset === 0 ? pipeline(file, copy) : pipeline(file, shiftIds(idOffset), copy));
  if (copy.rowCount !== segment.rows) {
    throw new Error(
      `${path} holds ${copy.rowCount} rows, ${segment.rows} were planned; remove it and run the command again`,
    );
  }
  report(bytesInAll);
}

/**
 * Adds a segment's summaries to the existing ones. These products usually have none, but a shopper
 * may have written the first review of one a moment ago.
 */
async function addSummaries(client: Client, file: string): Promise<void> {
  await client.query(
    'CREATE TEMPORARY TABLE added_summaries (LIKE product_summaries INCLUDING DEFAULTS) ON COMMIT DROP',
  );
  await copyFile(client, `COPY added_summaries (${SUMMARY_COLUMNS}) FROM STDIN (FORMAT csv)`, file);
  await client.query(ADD_SUMMARIES);
}

/** Streams a file to the server as fast as the server takes it. */
export async function copyFile(client: Client, statement: string, file: string): Promise<void> {
  await pipeline(
    createReadStream(file, { highWaterMark: COPY_CHUNK_BYTES }),
    client.query(copyFrom(statement)),
  );
}
