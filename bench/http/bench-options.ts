import path from 'node:path';
import { parseArgs } from 'node:util';
import { argumentMistake, Refusal } from '../../scripts/command/refusal';
import { parseCount } from '../../scripts/seed/seed-arguments';
import { packageRoot } from '../../src/platform/package-root';
import { WORKLOAD_NAMES, type WorkloadName } from './workloads/workloads';

/** Without `writes-long`, which takes its minutes for each contender. */
const DEFAULT_WORKLOADS = WORKLOAD_NAMES.filter((name) => name !== 'writes-long');
const QUICK_WORKLOADS: readonly WorkloadName[] = [
  'uniform-cold',
  'uniform-warm',
  'hot',
  'newest',
  'writes',
];
const CONTENDER_NAMES = ['textbook', 'prepared', 'starling', 'before', 'memory', 'file', 'pgbench'];
export type ContenderName = (typeof CONTENDER_NAMES)[number];

export const BENCH_HELP = `Measures Starling against a textbook server and against its own limits, in turns, over the same rows.

  npm run bench -- [options]

  --workloads a,b        some of: ${WORKLOAD_NAMES.slice(0, 8).join(', ')},
                         ${WORKLOAD_NAMES.slice(8).join(', ')}
                         (default: all but writes-long)
  --contenders a,b       some of: ${CONTENDER_NAMES.join(', ')} (default: all)
  --instances a,b        how many instances a contender has: 1, 6 (default: 1,6)
  --quick                short rounds, two of them; by default fewer workloads
  --minutes N            how long writes-long writes with each contender (default 10)
  --connections N        how many connections the load has (default 64)
  --reviews N            measure in a database with N made-up reviews (1M, 30M), in /var/tmp/starling-N. The first run
                         makes it, and later runs find it there
  --data DIR             the same in another folder: one of npm start --data, or a new one
  --compare DIR          also measure the service of another checkout, which must be built (npm run setup). It is the
                         contender \`before\`
  --compare-database URL its database, if its migrations are not the same. It must hold the same products
  --textbook-pool N      connections of a textbook instance (default: the best of 4, 10 and 20, measured first;
                         10 with --quick)
  --drop-page-cache      empty the kernel's page cache before each round of uniform-cold; needs root
  --out DIR              where the report goes (default: docs/benchmarks)
  --name NAME            its files' name (default: the date and the number of reviews)
  --help                 this

Without --reviews and --data, the database is DATABASE_URL's, or that of npm start. It must hold reviews (npm run seed),
and its server must run on this machine. The workloads that write leave their reviews in it, and uniform-cold empties
product_pages. The textbook server's copy of the reviews stays there for the next run, in the schema bench_textbook.
`;

export interface BenchOptions {
  workloads: readonly WorkloadName[];
  contenders: readonly ContenderName[];
  instances: readonly number[];
  quick: boolean;
  minutes: number;
  connections: number;
  /** How many reviews to make up if the data folder is new; null: the option was not given. */
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

/** @throws Refusal: one line that names the option, and what would be right */
export function parseBenchOptions(args: string[]): BenchOptions | 'help' {
  const values = parseOptions(args);
  if (values.help) return 'help';
  if (values['compare-database'] !== undefined && values.compare === undefined)
    throw new Refusal('--compare-database goes with --compare');
  const workloads = values.quick ? QUICK_WORKLOADS : DEFAULT_WORKLOADS;
  const reviews =
    values.reviews === undefined ? null : parseCount('--reviews', values.reviews, 2_000_000_000);
  return {
    workloads: pick('--workloads', values.workloads, WORKLOAD_NAMES) ?? workloads,
    contenders: pick('--contenders', values.contenders, CONTENDER_NAMES) ?? CONTENDER_NAMES,
    instances: pick('--instances', values.instances, ['1', '6'])?.map(Number) ?? [1, 6],
    quick: values.quick,
    minutes: parseCount('--minutes', values.minutes, 1_440),
    connections: parseCount('--connections', values.connections, 10_000),
    reviews,
    data:
      values.data ??
      (values.reviews && path.join('/var/tmp', `starling-${values.reviews.toLowerCase()}`)) ??
      null,
    compare: values.compare === undefined ? null : path.resolve(values.compare),
    compareDatabase: values['compare-database'] ?? null,
    textbookPool:
      values['textbook-pool'] === undefined
        ? null
        : parseCount('--textbook-pool', values['textbook-pool'], 1_000),
    dropsPageCache: values['drop-page-cache'],
    out: path.resolve(values.out),
    name: values.name ?? null,
  };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        workloads: { type: 'string' },
        contenders: { type: 'string' },
        instances: { type: 'string' },
        quick: { type: 'boolean', default: false },
        minutes: { type: 'string', default: '10' },
        connections: { type: 'string', default: '64' },
        reviews: { type: 'string' },
        data: { type: 'string' },
        compare: { type: 'string' },
        'compare-database': { type: 'string' },
        'textbook-pool': { type: 'string' },
        'drop-page-cache': { type: 'boolean', default: false },
        out: { type: 'string', default: path.join(packageRoot, 'docs', 'benchmarks') },
        name: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${argumentMistake(error)} (npm run bench -- --help lists the options)`);
  }
}

function pick<Name extends string>(
  option: string,
  text: string | undefined,
  known: readonly Name[],
): Name[] | undefined {
  return text?.split(',').map((name) => {
    const found = known.find((each) => each === name);
    if (!found)
      throw new Refusal(`${option}: there is no ${name}; expected some of ${known.join(', ')}`);
    return found;
  });
}
