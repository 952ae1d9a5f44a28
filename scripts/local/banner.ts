import path from 'node:path';
import { Client } from 'pg';
import type { DataFolder } from './data-folder';
import { howToGet } from './debian-package';
import { passwordFile } from './postgres-access';

export interface Running {
  baseUrl: string;
  databaseUrl: string;
  /** Whether the server is the embedded one in `folder`. */
  isEmbedded: boolean;
  folder: DataFolder;
  instances: readonly { name: string; port: number; pid: number | undefined }[];
  nginxStatusUrl: string | undefined;
}

interface Contents {
  reviews: number;
  segments: number;
  product: string;
}

/** Conspicuous, because one instance serves, not the six of the README. */
const NGINX_IS_MISSING = [
  '',
  '! NGINX IS MISSING: one instance serves alone, instead of six behind Nginx, which balances, caches and',
  '! takes over when an instance fails. To get it, stop this, run',
  '!',
  `!     ${howToGet('nginx')}`,
  '!',
  '! and start again.',
  '',
];

/** What a user needs right after the start, ready to paste. */
export async function banner(running: Running): Promise<string> {
  const { baseUrl, folder, instances, nginxStatusUrl } = running;
  const { reviews, segments, product } = await readContents(running.databaseUrl);
  const reviewsUrl = `${baseUrl}/v1/products/${product}/reviews`;
  // An author may review a product once, so each start uses another address.
  const email = `ada-${Date.now().toString(36)}@example.com`;
  const draft = `{"rating":5,"title":"Lovely","body":"Fits as it should.","author":{"name":"Ada","email":"${email}"}}`;
  return [
    '',
    `Starling is up: ${baseUrl}`,
    `  demo shop      ${baseUrl}/`,
    `  documentation  ${baseUrl}/docs`,
    `  reviews        about ${reviews.toLocaleString('en-US')} in ${segments} ${segments === 1 ? 'segment' : 'segments'}`,
    '',
    'Three calls:',
    `  curl '${reviewsUrl}?limit=3'`,
    `  curl '${baseUrl}/v1/products/${product}/summary'`,
    `  curl -X POST '${reviewsUrl}' -H 'Content-Type: application/json' -d '${draft}'`,
    '',
    `Instances (kill one and keep reading):`,
    ...instances.map(
      ({ name, port, pid }) => `  ${name.padEnd(12)} http://127.0.0.1:${port}  pid ${pid ?? '-'}`,
    ),
    ...(nginxStatusUrl ? [`  ${'nginx'.padEnd(12)} ${nginxStatusUrl}`] : []),
    '',
    `Data in ${folder.path}, logs in ${path.join(folder.logs, '')}`,
    `Database: ${howToConnect(running)}`,
    ...(nginxStatusUrl ? [] : NGINX_IS_MISSING),
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}

/**
 * The planner's estimate. The seeder analyzes what it loads, and counting 30 million rows takes
 * longer than the start.
 */
async function readContents(databaseUrl: string): Promise<Contents> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const segments = await client.query<{ segments: number; reviews: number }>(
      `SELECT count(*)::int AS segments, coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 AS reviews
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'reviews'::regclass`,
    );
    // A product with several reviews, else any, else none yet.
    const product = await client.query<{ product_id: string }>(
      `SELECT product_id FROM product_summaries
       ORDER BY rating_1 + rating_2 + rating_3 + rating_4 + rating_5 >= 20 DESC, product_id LIMIT 1`,
    );
    return { ...segments.rows[0]!, product: product.rows[0]?.product_id ?? '1' };
  } finally {
    await client.end();
  }
}

/** A command to paste, without the password. */
function howToConnect({ databaseUrl, folder, isEmbedded }: Running): string {
  const url = new URL(databaseUrl);
  if (isEmbedded) {
    const target = `-h ${url.hostname} -p ${url.port} -U ${url.username} ${url.pathname.slice(1)}`;
    return `PGPASSFILE='${passwordFile(folder.postgres)}' psql ${target}`;
  }
  if (url.password) url.password = '***';
  return url.href;
}
