import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { UserError } from '../../scripts/command/user-error';
import { type OpenDatabase, openDatabase } from '../../scripts/shared/open-database';
import { migrate } from '../../src/platform/db/migrate';
import { packageRoot } from '../../src/platform/package-root';
import { countReviews } from '../shared/machine';
import type { BenchOptions } from './bench-options';

/** Enough connections for two trees of six instances and one each, which are all up at once. */
const INSTANCES = 14;
/** PostgreSQL's statistics are a sample, and earlier runs have added reviews. */
const COUNT_TOLERANCE = 0.1;

/**
 * The database to measure: that of the data folder, filled if it is new, else DATABASE_URL's or
 * that of `npm start`.
 *
 * @throws one line when it cannot be opened, or holds fewer reviews than were asked for
 */
export async function openBenchDatabase({ data, reviews }: BenchOptions): Promise<OpenDatabase> {
  if (data === null) return openDatabase('npm run bench');
  const database = await openDatabase('npm run bench', { data, instances: INSTANCES });
  try {
    await migrate(database.url);
    const held = (await countReviews(database.url)).reviews;
    if (held <= 0) {
      if (reviews === null)
        throw new UserError(`${data} holds no reviews; --reviews says how many to make up`);
      seed(database.url, reviews, data);
    } else if (reviews !== null && held < reviews * (1 - COUNT_TOLERANCE)) {
      throw new UserError(
        `${data} holds about ${held.toLocaleString('en')} reviews already; use another folder`,
      );
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function seed(databaseUrl: string, reviews: number, data: string): void {
  const script = path.join(packageRoot, 'dist', 'scripts', 'seed', 'main.js');
  const options = ['--reviews', `${reviews}`, '--dir', path.join(path.resolve(data), 'seed')];
  execFileSync(process.execPath, [script, ...options], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 2, 2], // its progress is no part of the report
  });
}
