import type { Client } from 'pg';
import { UserError } from '../command/user-error';
import { attachDetachedSegment, segmentName } from '../segments/detached-segment';
import { LOADING_SCHEMA } from '../shared/seeding-lock';
import { type LoadRecord, writeLoadRecord } from './load-record';
import { SUMMARY_COLUMNS } from './review-generator';
import type { SeedPlan } from './seed-plan';
import { summariesFile } from './segment-files';
import { copyFile, segmentBounds } from './segment-loader';

/**
 * Replaces the segments of `reviews` and the summaries by the loaded ones, in one transaction: a
 * reader sees all of the old reviews or all of the new ones. The new segments have their indexes
 * and a check of their bounds, so PostgreSQL reads none of their rows. The summaries take the time:
 * about a second per 200,000 products.
 *
 * @throws UserError when reviews were written since the load began and the user did not choose
 *   --replace
 */
export async function publishSegments(
  client: Client,
  plan: SeedPlan,
  record: LoadRecord,
  dir: string,
): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(
      'LOCK TABLE reviews, product_summaries, product_pages IN ACCESS EXCLUSIVE MODE',
    );
    if (record.mode === 'empty') await refuseReviews(client);
    await dropSegments(client);
    for (const segment of plan.segments) {
      const bounds = segmentBounds(segment, plan.segments);
      await attachDetachedSegment(client, LOADING_SCHEMA, segmentName(segment.number), bounds);
    }
    await forgetOldReviews(client);
    for (const { number } of plan.segments) {
      const statement = `COPY product_summaries (${SUMMARY_COLUMNS}) FROM STDIN (FORMAT csv, FREEZE)`;
      await copyFile(client, statement, summariesFile(dir, number));
    }
    await writeLoadRecord(client, { ...record, phase: 'published' });
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function refuseReviews(client: Client): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM reviews LIMIT 1');
  if (rows.length > 0)
    throw new UserError('Reviews were written while this load ran; replace them with --replace');
}

async function dropSegments(client: Client): Promise<void> {
  const { rows } = await client.query<{ segment: string }>(
    `SELECT inhrelid::regclass::text AS segment FROM pg_inherits WHERE inhparent = 'reviews'::regclass`,
  );
  for (const { segment } of rows) await client.query(`DROP TABLE ${segment}`);
}

/**
 * Empties the tables that name a review, whatever they are, and the stored answers: votes, reports
 * and decisions of the old reviews, which nobody can read any more.
 */
async function forgetOldReviews(client: Client): Promise<void> {
  const { rows } = await client.query<{ tables: string }>(
    `SELECT string_agg(oid::regclass::text, ', ') AS tables
     FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition
       AND (relname IN ('product_summaries', 'product_pages', 'idempotency_keys')
            OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'review_id'))`,
  );
  await client.query(`TRUNCATE ${rows[0]!.tables}`);
}
