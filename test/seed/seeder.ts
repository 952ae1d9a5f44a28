import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { Client } from 'pg';

const MAIN = path.resolve(__dirname, '../../dist/scripts/seed/main.js');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the compiled seeder, whose workers are threads of their own. */
export function startSeeder(
  args: string[],
  databaseUrl?: string,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, ...output })),
  );
  return { child, ended };
}

export function runSeeder(args: string[], databaseUrl?: string): Promise<Ended> {
  return startSeeder(args, databaseUrl).ended;
}

/** Everything a load leaves that a reader could tell from another load, versions aside. */
export async function describeDatabase(client: Client) {
  const one = async (text: string) => (await client.query<{ value: string }>(text)).rows[0]!.value;
  return {
    reviews: await one(
      `SELECT md5(string_agg(r::text, '|' ORDER BY review_id)) AS value FROM reviews r`,
    ),
    count: Number(await one('SELECT count(*) AS value FROM reviews')),
    summaries: await one(
      `SELECT md5(string_agg((to_jsonb(s) - 'version')::text, '|' ORDER BY product_id)) AS value FROM product_summaries s`,
    ),
    /** Cursors included: all test databases sign with the secret of their template. */
    pages: await one(
      `SELECT md5(string_agg(p.product_id || p.page, '|' ORDER BY product_id)) AS value
       FROM product_pages p JOIN product_summaries USING (product_id, version)`,
    ),
    segments: await one(
      `SELECT string_agg(concat_ws(' ', inhrelid::regclass, pg_get_expr(relpartbound, inhrelid),
          (SELECT count(*) FROM pg_index WHERE indrelid = inhrelid AND indisvalid)), '; ' ORDER BY relname) AS value
       FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'reviews'::regclass`,
    ),
    nextId: Number(await one('SELECT last_value AS value FROM review_ids')),
    leftovers: Number(
      await one(`SELECT count(*) AS value FROM pg_namespace WHERE nspname = 'seeding'`),
    ),
  };
}

export async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Products whose summary differs from what their reviews add up to. */
export async function countDrift(client: Client): Promise<number> {
  const kept = `SELECT product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes, recommended_no,
    verified_count, photo_count, characteristics FROM product_summaries`;
  const { rows } = await client.query<{ drift: number }>(
    `SELECT count(*)::integer AS drift FROM (
       (${kept} EXCEPT TABLE product_summaries_recounted) UNION ALL (TABLE product_summaries_recounted EXCEPT ${kept})
     ) AS different`,
  );
  return rows[0]!.drift;
}

/** Products whose first page is not stored at their version. */
export async function countMissingPages(client: Client): Promise<number> {
  const { rows } = await client.query<{ missing: number }>(
    `SELECT count(*)::integer AS missing FROM product_summaries AS s
     WHERE NOT EXISTS (SELECT FROM product_pages WHERE product_id = s.product_id AND version = s.version)`,
  );
  return rows[0]!.missing;
}

/**
 * The tables with a block that holds rows and is not marked as visible to all, now and later. Blocks
 * without rows, by which a load extends a table in advance, do not count.
 */
export async function listUnfrozen(client: Client): Promise<string[]> {
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_visibility');
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind = 'r' AND (relname IN ('product_summaries', 'product_pages') OR relispartition)`,
  );
  const unfrozen: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await client.query(
      `SELECT FROM (SELECT DISTINCT (ctid::text::point)[0]::bigint AS block FROM ${name}) AS blocks
       WHERE NOT (pg_visibility_map('${name}', block)).all_frozen`,
    );
    if (rowCount) unfrozen.push(name);
  }
  return unfrozen;
}
