import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { LOADING_SCHEMA } from '../shared/seeding-lock';
import { queryOnce } from '../shared/single-query';
import type { DataFolder } from './data-folder';
import type { RunRecord } from './run-record';

const SEGMENT_ROWS_MAX = 1_000_000;
const SEGMENTS_MIN = 3;

export interface SampleOptions {
  databaseUrl: string;
  /**
   * The database that a note about an unfinished seeding belongs to. Not its URL: the port of an
   * embedded one may change.
   */
  databaseName: string;
  folder: DataFolder;
  reviews: number;
  /** The user asked for zero reviews. */
  startsEmpty: boolean;
  record: RunRecord;
  signal: AbortSignal;
  say(line: string): void;
}

/**
 * The note that exists while seeding. The next start must continue with the same number, whatever
 * its options.
 */
interface Unfinished {
  database: string;
  reviews: number;
}

/**
 * Seeds a database that holds no reviews, or continues an interrupted seeding. The note is written
 * before the first row and removed after the last, so half a sample never counts as a whole one.
 * With zero reviews, it leaves the database empty and removes what an interrupted seeding has
 * loaded.
 *
 * @throws Error of one line when the seeder fails, which has printed the reason
 */
export async function seedSample(options: SampleOptions): Promise<'seeded' | 'found' | 'empty'> {
  const { folder, say } = options;
  const database = createHash('sha256').update(options.databaseName).digest('hex').slice(0, 16);
  const unfinished = readNote(folder, database);
  const found = await holdsReviews(options.databaseUrl);
  if (!unfinished && found) return 'found';
  if (options.startsEmpty && !found) {
    if (unfinished) await removeUnfinished(options);
    return 'empty';
  }
  if (!unfinished && options.reviews === 0) return 'empty';

  const reviews = unfinished?.reviews ?? options.reviews;
  if (unfinished) say(`continuing the interrupted seeding of ${count(reviews)} reviews`);
  else say(`seeding ${count(reviews)} reviews, once`);
  writeFileSync(folder.seeding, JSON.stringify({ database, reviews } satisfies Unfinished));
  await runSeeder(options, reviews);
  rmSync(folder.seeding, { force: true });
  return 'seeded';
}

async function removeUnfinished({ databaseUrl, folder, say }: SampleOptions): Promise<void> {
  say('removing what an interrupted seeding has loaded');
  await queryOnce(databaseUrl, `DROP SCHEMA IF EXISTS ${LOADING_SCHEMA} CASCADE`);
  rmSync(seedFolder(folder), { recursive: true, force: true });
  rmSync(folder.seeding, { force: true });
}

function readNote(folder: DataFolder, database: string): Unfinished | undefined {
  if (!existsSync(folder.seeding)) return undefined;
  const note = JSON.parse(readFileSync(folder.seeding, 'utf8')) as Unfinished;
  return note.database === database ? note : undefined;
}

async function holdsReviews(databaseUrl: string): Promise<boolean> {
  const [row] = await queryOnce<{ some: boolean }>(
    databaseUrl,
    'SELECT EXISTS (SELECT FROM reviews) AS some',
  );
  return row!.some;
}

/** The folder for the files of the seeder. */
function seedFolder(folder: DataFolder): string {
  return path.join(folder.path, 'seed');
}

async function runSeeder({ databaseUrl, folder, record, signal }: SampleOptions, reviews: number) {
  const segmentRows = Math.min(SEGMENT_ROWS_MAX, Math.ceil(reviews / SEGMENTS_MIN));
  const seeder = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      path.join(packageRoot, 'dist', 'scripts', 'seed', 'main.js'),
      ...['--reviews', `${reviews}`],
      ...['--segment-rows', `${segmentRows}`],
      ...['--dir', seedFolder(folder)],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, DATABASE_URL: databaseUrl } },
  );
  if (seeder.pid !== undefined) record.add('seeder', seeder.pid);
  const endWithUs = () => seeder.kill('SIGTERM');
  signal.addEventListener('abort', endWithUs, { once: true });
  const code = await exitCode(seeder);
  signal.removeEventListener('abort', endWithUs);
  if (seeder.pid !== undefined) record.remove(seeder.pid);
  signal.throwIfAborted();
  if (code !== 0)
    throw new Error('the seeding failed, so nothing was started; the line above says why');
}

function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

function count(reviews: number): string {
  return reviews.toLocaleString('en-US');
}
