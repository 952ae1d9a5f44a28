import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { queryOnce } from '../../scripts/shared/single-query';
import { migrate } from '../../src/platform/db/migrate';
import { packageRoot } from '../../src/platform/package-root';

export interface ScratchDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * Creates and seeds a database on the server of `serverUrl`. The URL's user must be allowed to
 * create databases.
 */
export async function createScratchDatabase(
  serverUrl: string,
  { reviews, segments }: { reviews: number; segments: number },
  folder: string,
): Promise<ScratchDatabase> {
  return createDatabase(serverUrl, async (url) => {
    const script = path.join(packageRoot, 'dist', 'scripts', 'seed', 'main.js');
    const size = ['--reviews', `${reviews}`, '--segment-rows', `${Math.ceil(reviews / segments)}`];
    const files = path.join(folder, `seed-${randomBytes(4).toString('hex')}`);
    await promisify(execFile)(process.execPath, [script, ...size, '--quiet', '--dir', files], {
      env: { ...process.env, DATABASE_URL: url },
    });
  });
}

/** Creates a database that has the tables and no reviews. */
export function createMigratedDatabase(serverUrl: string): Promise<ScratchDatabase> {
  return createDatabase(serverUrl, migrate);
}

/** Drops the database again if `fill` fails. */
async function createDatabase(
  serverUrl: string,
  fill: (url: string) => Promise<unknown>,
): Promise<ScratchDatabase> {
  const name = `starling_bench_${randomBytes(4).toString('hex')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await queryOnce(serverUrl, `CREATE DATABASE ${name}`);
  const drop = async () => {
    await queryOnce(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  try {
    await fill(url.href);
    return { url: url.href, drop };
  } catch (error) {
    await drop();
    throw error;
  }
}

/**
 * Adds a product with so many approved reviews, a minute apart. Their texts are those of reviews
 * that the database holds.
 */
export async function addProduct(
  databaseUrl: string,
  productId: string,
  reviews: number,
): Promise<void> {
  await queryOnce(
    databaseUrl,
    `INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
     SELECT $1, now() - n * interval '1 minute', 'approved', 1 + n % 5, 'scale-' || n || '@example.com',
            texts[1 + n % array_length(texts, 1)]
     FROM generate_series(1, $2::integer) AS n,
          (SELECT array_agg(payload) FROM (SELECT payload FROM reviews LIMIT 100) AS hundred) AS sample (texts)`,
    [productId, reviews],
  );
  await queryOnce(
    databaseUrl,
    `INSERT INTO product_summaries (product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes,
                                    recommended_no, verified_count, photo_count, characteristics)
     SELECT * FROM product_summaries_recounted WHERE product_id = $1`,
    [productId],
  );
  await queryOnce(databaseUrl, 'VACUUM (ANALYZE) reviews');
}
