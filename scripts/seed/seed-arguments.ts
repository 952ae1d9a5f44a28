import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { argumentMistake, Refusal } from '../command/refusal';

export { Refusal };

export const SEED_HELP = `Makes reviews that look real and loads them, in segments of about a million rows.

  npm run seed -- [options]

  --reviews N         how many: 200k, 1M, 30M, 30_000_000 (default 200k)
  --seed TEXT         another text makes other reviews; the same one always the same (default 1)
  --segment-rows N    rows a segment, about (default 1M)
  --dir DIR           where the CSV files go (default .starling/seed-…, removed when loaded)
  --workers N         segments made and loaded side by side (default: one a core, at most 4)
  --csv-only          write the files, load nothing
  --from-csv DIR      load files that --csv-only wrote, make nothing
  --append            add products to a database that already holds reviews
  --replace           put these reviews in place of the ones there, in one transaction at the end
  --keep-csv          keep the files after loading
  --quiet             print nothing but errors
  --json              print one JSON object at the end and nothing else
  --help              this

The database is DATABASE_URL; without it, the embedded PostgreSQL that npm start uses.
Interrupted, the same command goes on where it stopped.

  npm run seed                                       200,000 reviews for npm start
  npm run seed -- --reviews 30M                      thirty segments; about 31 GB while it works
  npm run seed -- --reviews 5M --csv-only --dir /data/five
  npm run seed -- --from-csv /data/five --replace
`;

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

/** @throws Refusal naming the argument, and what would be right */
export function parseSeedArguments(args: string[]): SeedArguments | 'help' {
  const values = parseOptions(args);
  if (values.help) return 'help';
  refuseTogether(values, 'append', 'replace');
  refuseTogether(values, 'csv-only', 'from-csv');
  refuseTogether(values, 'csv-only', 'append');
  refuseTogether(values, 'csv-only', 'replace');
  refuseTogether(values, 'from-csv', 'append');
  refuseTogether(values, 'from-csv', 'dir');
  refuseTogether(values, 'from-csv', 'reviews');
  refuseTogether(values, 'from-csv', 'seed');
  refuseTogether(values, 'from-csv', 'segment-rows');
  refuseTogether(values, 'quiet', 'json');
  const dir = values['from-csv'] ?? values.dir;
  return {
    reviews: parseCount('--reviews', values.reviews ?? '200k', 2_000_000_000),
    seed: values.seed ?? '1',
    segmentRows: parseCount('--segment-rows', values['segment-rows'] ?? '1M', 100_000_000),
    dir: dir === undefined ? undefined : path.resolve(dir),
    workers:
      values.workers === undefined
        ? Math.min(4, availableParallelism())
        : parseCount('--workers', values.workers, 32),
    source: values['from-csv'] === undefined ? 'generate' : 'csv',
    mode: values.append ? 'append' : values.replace ? 'replace' : 'empty',
    csvOnly: values['csv-only'] ?? false,
    keepCsv: (values['keep-csv'] || values['from-csv'] !== undefined) ?? false,
    output: values.quiet ? 'quiet' : values.json ? 'json' : 'display',
  };
}

type Options = ReturnType<typeof parseOptions>;

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        reviews: { type: 'string' },
        seed: { type: 'string' },
        'segment-rows': { type: 'string' },
        dir: { type: 'string' },
        workers: { type: 'string' },
        'csv-only': { type: 'boolean' },
        'from-csv': { type: 'string' },
        append: { type: 'boolean' },
        replace: { type: 'boolean' },
        'keep-csv': { type: 'boolean' },
        quiet: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${argumentMistake(error)} (npm run seed -- --help lists the options)`);
  }
}

function refuseTogether(values: Options, one: keyof Options, other: keyof Options): void {
  if (values[one] !== undefined && values[other] !== undefined)
    throw new Refusal(`--${one} and --${other} do not go together; leave one out`);
}

const MULTIPLES: Record<string, number> = { '': 1, k: 1e3, m: 1e6, b: 1e9 };

/** 200k, 1.5M, 30M, 30000000, 30_000_000. */
export function parseCount(option: string, text: string, max: number, min = 1): number {
  const match = /^(\d[\d_]*(?:\.\d+)?)([kmb]?)$/i.exec(text);
  const count = match
    ? Number(match[1]!.replaceAll('_', '')) * MULTIPLES[match[2]!.toLowerCase()]!
    : Number.NaN;
  if (!Number.isSafeInteger(count) || count < min || count > max)
    throw new Refusal(
      `${option} must be a whole number from ${min} to ${max}${max < 1e6 ? '' : ', such as 200k or 1M'}, not '${text}'`,
    );
  return count;
}
