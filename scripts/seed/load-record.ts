import type { Client } from 'pg';
import { escapeLiteral } from 'pg';
import { segmentName } from '../segments/detached-segment';
import { reserveReviewIds } from '../shared/review-id-sequence';
import { LOADING_SCHEMA } from '../shared/seeding-lock';
import { GENERATOR_VERSION } from './review-generator';
import { planSeed, type SeedPlan } from './seed-plan';

/**
 * What a load keeps in the database: the schema `seeding`. Its comment records the load and its
 * phase, and it holds one table per loaded segment. So the database alone tells what is done,
 * without any file.
 */
export interface LoadRecord extends LoadIdentity {
  mode: 'empty' | 'append' | 'replace';
  /**
   * After 'published', statistics, first pages and cleaning up remain; after 'finished', nothing.
   */
  phase: 'loading' | 'published' | 'finished';
  /**
   * Added to the review ids of the files, which begin at 1, because the database may have given out
   * ids.
   */
  idOffset: number;
}

/** The identity of a load, in its database and its folder: everything that determines its files. */
export interface LoadIdentity {
  generatorVersion: number;
  seed: string;
  reviews: number;
  segmentRows: number;
  firstProduct: number;
}

export function loadIdentity(plan: SeedPlan): LoadIdentity {
  return {
    generatorVersion: GENERATOR_VERSION,
    seed: plan.seed,
    reviews: plan.reviews,
    segmentRows: plan.segmentRows,
    firstProduct: plan.firstProduct,
  };
}

export function planOf(identity: LoadIdentity): SeedPlan {
  return planSeed(identity);
}

export async function findLoadRecord(client: Client): Promise<LoadRecord | undefined> {
  const { rows } = await client.query<{ record: string | null }>(
    `SELECT obj_description(oid, 'pg_namespace') AS record FROM pg_namespace WHERE nspname = $1`,
    [LOADING_SCHEMA],
  );
  return rows[0]?.record ? (JSON.parse(rows[0].record) as LoadRecord) : undefined;
}

/**
 * Drops what another load left, creates the schema of this one, and takes the ids of its reviews.
 */
export async function beginLoad(
  client: Client,
  load: Omit<LoadRecord, 'idOffset'>,
): Promise<LoadRecord> {
  await client.query('BEGIN');
  await client.query(`DROP SCHEMA IF EXISTS ${LOADING_SCHEMA} CASCADE`);
  await client.query(`CREATE SCHEMA ${LOADING_SCHEMA}`);
  if (load.mode === 'append') {
    await client.query(`CREATE TABLE ${LOADING_SCHEMA}.appended (part integer PRIMARY KEY)`);
  }
  const record = { ...load, idOffset: (await reserveReviewIds(client, load.reviews)) - 1 };
  await writeLoadRecord(client, record);
  await client.query('COMMIT');
  return record;
}

export async function writeLoadRecord(client: Client, record: LoadRecord): Promise<void> {
  await client.query(
    `COMMENT ON SCHEMA ${LOADING_SCHEMA} IS ${escapeLiteral(JSON.stringify(record))}`,
  );
}

/** The numbers of the loaded segments (with `append`: parts). */
export async function listLoaded(client: Client, record: LoadRecord): Promise<Set<number>> {
  if (record.mode === 'append') {
    const { rows } = await client.query<{ part: number }>(
      `SELECT part FROM ${LOADING_SCHEMA}.appended`,
    );
    return new Set(rows.map(({ part }) => part));
  }
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = to_regnamespace($1) AND relkind = 'r'`,
    [LOADING_SCHEMA],
  );
  const names = new Set(rows.map(({ name }) => name));
  const loaded = new Set<number>();
  for (let number = 1; loaded.size < names.size; number += 1) {
    if (names.has(segmentName(number))) loaded.add(number);
  }
  return loaded;
}

/** Drops the schema and records the load in the comment of `reviews`. */
export async function endLoad(client: Client, record: LoadRecord): Promise<void> {
  const finished: LoadRecord = { ...record, phase: 'finished' };
  await client.query('BEGIN');
  await client.query(`DROP SCHEMA ${LOADING_SCHEMA} CASCADE`);
  await client.query(`COMMENT ON TABLE reviews IS ${escapeLiteral(JSON.stringify(finished))}`);
  await client.query('COMMIT');
}

/**
 * The load that finished last. If a user repeats a command that was killed just after its end, it
 * has nothing left to do.
 */
export async function findFinishedLoad(client: Client): Promise<LoadRecord | undefined> {
  const { rows } = await client.query<{ record: string | null }>(
    `SELECT obj_description('reviews'::regclass, 'pg_class') AS record`,
  );
  return rows[0]?.record ? (JSON.parse(rows[0].record) as LoadRecord) : undefined;
}
