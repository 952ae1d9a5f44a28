import { availableParallelism } from 'node:os';
import { absolutePath, count } from '../command/option-values';
import { createOption, createProgram } from '../command/program';

const REVIEWS_MAX = 2_000_000_000;
const SEGMENT_ROWS_MAX = 100_000_000;
const WORKERS_MAX = 32;

export interface SeedArguments {
  reviews: number;
  seed: string;
  segmentRows: number;
  /** Absolute; undefined: a folder of the load's own under .starling. */
  dir: string | undefined;
  workers: number;
  source: 'generate' | 'csv';
  /** What to do about reviews that are already there. */
  mode: 'empty' | 'append' | 'replace';
  csvOnly: boolean;
  keepCsv: boolean;
  output: 'display' | 'quiet' | 'json';
}

/** The command line of `npm run seed`. @param run gets the arguments once all of them are right */
export function createSeedProgram(run: (args: SeedArguments) => Promise<void>) {
  return createProgram('npm run seed --', {
    summary:
      'Generates reviews that look real and loads them in segments: ' +
      'range partitions of about one million rows.',
    notes:
      'The database is DATABASE_URL; without it, the embedded PostgreSQL of npm start.\n' +
      'At its end, a load stores the first page of each product (npm run pages does the same).\n' +
      'If a load was interrupted, run the same command again: it continues where it stopped.',
    examples: [
      'npm run seed                             200,000 reviews for npm start',
      'npm run seed -- --reviews 30M            30 segments; needs about 34 GB while it works',
      'npm run seed -- --reviews 5M --csv-only --dir /data/five',
      'npm run seed -- --from-csv /data/five --replace',
    ],
  })
    .addOption(
      createOption('--reviews <number>', 'how many reviews: 200k, 1M, 30M, 30_000_000')
        .argParser(count(REVIEWS_MAX))
        .default(200_000, '200k'),
    )
    .addOption(
      createOption(
        '--seed <text>',
        'which reviews: the same text always gives the same ones',
      ).default('1'),
    )
    .addOption(
      createOption('--segment-rows <number>', 'rows per segment, about')
        .argParser(count(SEGMENT_ROWS_MAX))
        .default(1_000_000, '1M'),
    )
    .addOption(
      createOption(
        '--dir <folder>',
        'where the CSV files go (default: .starling/seed-…, removed after the load)',
      ).argParser(absolutePath),
    )
    .addOption(
      createOption(
        '--workers <number>',
        'how many segments to generate and load in parallel (default: one per core, at most 4)',
      ).argParser(count(WORKERS_MAX)),
    )
    .addOption(
      createOption('--csv-only', 'write the files and load nothing').conflicts([
        'fromCsv',
        'append',
        'replace',
      ]),
    )
    .addOption(
      createOption('--from-csv <folder>', 'load the files that --csv-only wrote')
        .argParser(absolutePath)
        .conflicts(['append', 'dir', 'reviews', 'seed', 'segmentRows']),
    )
    .addOption(
      createOption('--append', 'add products to a database that holds reviews').conflicts(
        'replace',
      ),
    )
    .option('--replace', 'replace the reviews of the database, in one transaction at the end')
    .option('--keep-csv', 'keep the files after the load')
    .addOption(createOption('--quiet', 'print only errors').conflicts('json'))
    .option('--json', 'print only one JSON object, at the end')
    .action(async (options) => {
      const { reviews, seed, segmentRows, fromCsv, append, replace, quiet, json } = options;
      await run({
        reviews,
        seed,
        segmentRows,
        dir: fromCsv ?? options.dir,
        workers: options.workers ?? Math.min(4, availableParallelism()),
        source: fromCsv === undefined ? 'generate' : 'csv',
        mode: append ? 'append' : replace ? 'replace' : 'empty',
        csvOnly: options.csvOnly ?? false,
        keepCsv: options.keepCsv ?? fromCsv !== undefined,
        output: quiet ? 'quiet' : json ? 'json' : 'display',
      });
    });
}
