import path from 'node:path';
import { absolutePath, count, namesOf } from '../../scripts/command/option-values';
import { createOption, createProgram } from '../../scripts/command/program';
import { EXIT_USAGE, UserError } from '../../scripts/command/user-error';
import { packageRoot } from '../../src/platform/package-root';
import { WORKLOAD_NAMES, type WorkloadName } from './workloads/workloads';

/** Without `writes-long`, which takes its minutes for each contender. */
const DEFAULT_WORKLOADS = WORKLOAD_NAMES.filter((name) => name !== 'writes-long');
const QUICK_WORKLOADS: readonly WorkloadName[] = [
  'uniform-cold',
  'uniform-warm',
  'hot-set',
  'hot',
  'newest',
  'filter',
  'writes',
];
const CONTENDER_NAMES = [
  'textbook',
  'prepared',
  'starling',
  'before',
  'memory',
  'file',
  'pgbench',
] as const;
const REVIEWS_MAX = 2_000_000_000;
export type ContenderName = (typeof CONTENDER_NAMES)[number];

const NOTES = `--reviews and --data measure in a database of their own. Without them, the database is DATABASE_URL or
that of npm start. It must hold reviews (npm run seed), and its server must run on this machine. The
workloads that write leave their reviews in it, and uniform-cold empties product_pages. The textbook
server's copy of the reviews stays there for the next run, in the schema bench_textbook.`;

export interface BenchOptions {
  workloads: readonly WorkloadName[];
  contenders: readonly ContenderName[];
  instances: readonly number[];
  quick: boolean;
  minutes: number;
  connections: number;
  /** How many reviews to generate if the data folder is new; null: the option was not given. */
  reviews: number | null;
  /** The data folder; null: DATABASE_URL, or the database of npm start. */
  data: string | null;
  compare: string | null;
  compareDatabase: string | null;
  /** Connections of a textbook instance; null: measured. */
  textbookPool: number | null;
  dropsPageCache: boolean;
  out: string;
  /** Of the report's files; null: the date and the number of reviews. */
  name: string | null;
}

/** The command line of `npm run bench`. @param run gets the options once all of them are right */
export function createBenchProgram(run: (options: BenchOptions) => Promise<void>) {
  return createProgram('npm run bench --', {
    summary:
      'Measures Starling against a textbook server and against its own limits, in turns, over the same rows.',
    notes: NOTES,
    examples: [
      'npm run bench -- --quick',
      'npm run bench -- --reviews 1M',
      'npm run bench -- --workloads writes-long --minutes 10',
      'npm run bench -- --compare ../older --compare-database postgres://…',
    ],
  })
    .option(
      '--workloads <names>',
      `some of ${WORKLOAD_NAMES.join(', ')} (default: all but writes-long)`,
      namesOf(WORKLOAD_NAMES),
    )
    .addOption(
      createOption('--contenders <names>', `some of ${CONTENDER_NAMES.join(', ')}`)
        .argParser(namesOf(CONTENDER_NAMES))
        .default([...CONTENDER_NAMES], 'all'),
    )
    .addOption(
      createOption('--instances <numbers>', 'how many instances a contender has: 1, 6')
        .argParser(namesOf(['1', '6']))
        .default(['1', '6'], '1,6'),
    )
    .option('--quick', 'two short rounds of fewer workloads')
    .option(
      '--minutes <number>',
      'how long writes-long writes with each contender',
      count(1_440),
      10,
    )
    .option('--connections <number>', 'how many connections the load has', count(10_000), 64)
    .option(
      '--reviews <number>',
      'measure in a database with this many generated reviews (1M, 30M), in /var/tmp/starling-1m; ' +
        'the first run creates it',
      count(REVIEWS_MAX),
    )
    .option(
      '--data <folder>',
      'measure in another folder: one of npm start --data, or a new one for --reviews',
      absolutePath,
    )
    .option(
      '--compare <folder>',
      'also measure the service of another checkout, built with npm run setup, as contender before',
      absolutePath,
    )
    .option(
      '--compare-database <url>',
      'its database with the same products, if its migrations differ',
    )
    .option(
      '--textbook-pool <number>',
      'connections of a textbook instance (default: the best of 4, 10 and 20; 10 with --quick)',
      count(1_000),
    )
    .option(
      '--drop-page-cache',
      "empty the kernel's page cache before each round of uniform-cold, as root",
    )
    .addOption(
      createOption('--out <folder>', 'where the report goes')
        .argParser(absolutePath)
        .default(path.join(packageRoot, 'docs', 'benchmarks'), 'docs/benchmarks'),
    )
    .option('--name <name>', 'name of its files (default: the date and the number of reviews)')
    .action((values) => run(readOptions(values)));
}

interface GivenOptions {
  workloads?: WorkloadName[] | undefined;
  contenders: readonly ContenderName[];
  instances: readonly string[];
  quick?: true | undefined;
  minutes: number;
  connections: number;
  reviews?: number | undefined;
  data?: string | undefined;
  compare?: string | undefined;
  compareDatabase?: string | undefined;
  textbookPool?: number | undefined;
  dropPageCache?: true | undefined;
  out: string;
  name?: string | undefined;
}

/** @throws UserError when an option lacks another one */
function readOptions({ instances, dropPageCache, ...given }: GivenOptions): BenchOptions {
  if (given.compareDatabase !== undefined && given.compare === undefined)
    throw new UserError('--compare-database needs --compare', EXIT_USAGE);
  const reviews = given.reviews ?? null;
  return {
    ...given,
    workloads: given.workloads ?? (given.quick ? QUICK_WORKLOADS : DEFAULT_WORKLOADS),
    instances: instances.map(Number),
    quick: given.quick ?? false,
    reviews,
    data: given.data ?? (reviews === null ? null : folderOf(reviews)),
    compare: given.compare ?? null,
    compareDatabase: given.compareDatabase ?? null,
    textbookPool: given.textbookPool ?? null,
    dropsPageCache: dropPageCache ?? false,
    name: given.name ?? null,
  };
}

/** /var/tmp/starling-1m, -200k, -1500: the same folder however the user writes the number. */
function folderOf(reviews: number): string {
  const name =
    reviews % 1e6 === 0 ? `${reviews / 1e6}m` : reviews % 1e3 === 0 ? `${reviews / 1e3}k` : reviews;
  return path.join('/var/tmp', `starling-${name}`);
}
