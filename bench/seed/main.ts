import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { absolutePath, count } from '../../scripts/command/option-values';
import { createOption, createProgram } from '../../scripts/command/program';
import { runProgram } from '../../scripts/command/run-program';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../scripts/local/embedded-postgres';
import { renderPostgresSettings } from '../../scripts/local/postgres-settings';
import { createSegmentGenerator } from '../../scripts/seed/review-generator';
import { planSeed, type SeedPlan } from '../../scripts/seed/seed-plan';
import type { SeedReport } from '../../scripts/seed/seed-report';
import { reviewsFile } from '../../scripts/seed/segment-files';
import { segmentBounds } from '../../scripts/seed/segment-loader';
import {
  createDetachedSegment,
  createSegmentIndexes,
  segmentName,
} from '../../scripts/segments/detached-segment';
import { alignColumns } from '../../scripts/shared/figures';
import { REVIEW_COLUMNS } from '../../scripts/shared/review-columns';
import { migrate } from '../../src/platform/db/migrate';
import { packageRoot } from '../../src/platform/package-root';
import { libpqAccess } from '../shared/libpq-access';
import { median } from '../shared/statistics';

const execute = promisify(execFile);
const SEGMENTS = 2;

interface Bench {
  plan: SeedPlan;
  server: EmbeddedPostgres;
  csv: string;
}

interface Result {
  seconds: number;
  /** The part of them in which first pages were stored: after the reviews are readable. */
  pagesSeconds: number;
}

/** The contestants in the order of measurement. */
const CONTESTS: Record<string, (bench: Bench) => Promise<Result>> = {
  'generator, one core, processor time': async ({ plan }) => withoutPages(generate(plan)),
  'psql \\copy, two at a time, then the indexes': (bench) =>
    inNewDatabase(bench, async (url) => {
      await inEachSegment(bench, url, (client, table, number) =>
        copyWithPsql(client, table, number, bench, url),
      );
      await inEachSegment(bench, url, (client, table) => createSegmentIndexes(client, table));
      return 0;
    }),
  'npm run seed, the whole pipeline': (bench) =>
    inNewDatabase(bench, (url) =>
      seed(
        ['--reviews', `${bench.plan.reviews}`, '--dir', path.join(bench.csv, '..', 'again')],
        bench,
        url,
      ),
    ),
  'npm run seed --from-csv': (bench) =>
    inNewDatabase(bench, (url) => seed(['--from-csv', bench.csv], bench, url)),
};

const program = createProgram('npm run bench:seed --', {
  summary:
    'Measures the seeder and psql \\copy of the same files in alternating rounds, on a PostgreSQL server of its own.',
  notes: `All loads fill two segments in parallel. You need psql on the path and about 2 GB of disk space per
million reviews.`,
  examples: ['npm run bench:seed', 'npm run bench:seed -- --reviews 500k --rounds 1 --dir /data'],
})
  .addOption(
    createOption('--reviews <number>', 'how many reviews')
      .argParser(count(100_000_000))
      .default(2_000_000, '2M'),
  )
  .option('--rounds <number>', 'how many rounds', count(100), 3)
  .option('--dir <folder>', 'where to put the server and the files', absolutePath, '/var/tmp')
  .action(run);

interface BenchOptions {
  reviews: number;
  rounds: number;
  dir: string;
}

async function run({ reviews, rounds, dir }: BenchOptions): Promise<void> {
  execFileSync('psql', ['--version']); // throws if psql is missing

  const folder = mkdtempSync(path.join(dir, 'starling-bench-seed-'));
  chmodSync(folder, 0o755); // the server runs as another user when root runs this
  const server = await startServer(folder);
  try {
    const plan = planSeed({ seed: '1', reviews, segmentRows: Math.ceil(reviews / SEGMENTS) });
    const bench = { plan, server, csv: path.join(folder, 'csv') };
    await seed(['--reviews', `${reviews}`, '--csv-only', '--dir', bench.csv], bench, '');
    print(reviews, await runContests(bench, rounds));
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function startServer(folder: string): Promise<EmbeddedPostgres> {
  const dataDir = path.join(folder, 'data');
  mkdirSync(path.join(folder, 'logs'));
  return startEmbeddedPostgres({
    dataDir,
    port: 5_987,
    settings: renderPostgresSettings({ dataDir }),
    logFile: path.join(folder, 'logs', 'postgres.log'),
  });
}

/** Runs every contestant in every round, so that a noisy minute affects all of them. */
async function runContests(bench: Bench, rounds: number): Promise<Map<string, Result[]>> {
  const results = new Map(Object.keys(CONTESTS).map((name) => [name, [] as Result[]]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, run] of Object.entries(CONTESTS)) {
      const result = await run(bench);
      results.get(name)!.push(result);
      process.stderr.write(
        `round ${round} of ${rounds}: ${name}: ${result.seconds.toFixed(1)} s\n`,
      );
    }
  }
  return results;
}

function print(reviews: number, results: Map<string, Result[]>): void {
  const medians = new Map([...results].map(([name, rounds]) => [name, medianOf(rounds)]));
  const baseline = medians.get('psql \\copy, two at a time, then the indexes')!.seconds;
  const table = [
    ['median of the rounds', 'seconds', 'of it pages', 'rows/s', '× psql', '× psql without pages'],
    ...[...medians].map(([name, { seconds, pagesSeconds }]) => [
      name,
      seconds.toFixed(1),
      pagesSeconds === 0 ? '' : pagesSeconds.toFixed(1),
      Math.round(reviews / seconds).toLocaleString('en-US'),
      (seconds / baseline).toFixed(2),
      ((seconds - pagesSeconds) / baseline).toFixed(2),
    ]),
  ];
  process.stdout.write(`${alignColumns(table).join('\n')}\n`);
}

function medianOf(rounds: Result[]): Result {
  return {
    seconds: median(rounds.map(({ seconds }) => seconds)),
    pagesSeconds: median(rounds.map(({ pagesSeconds }) => pagesSeconds)),
  };
}

function withoutPages(seconds: number): Result {
  return { seconds, pagesSeconds: 0 };
}

/** Measures processor time, which depends much less on the machine's other work than wall time. */
function generate(plan: SeedPlan): number {
  const buffer = Buffer.allocUnsafeSlow(1 << 20);
  const before = process.cpuUsage();
  for (const segment of plan.segments) {
    let filled = 0;
    const nextProduct = createSegmentGenerator(plan, segment, {
      review: (line) => {
        if (filled > buffer.length - 65_536) filled = 0;
        filled += buffer.write(line, filled, 'utf8');
      },
      summary: () => {},
    });
    while (nextProduct() > 0) {}
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/**
 * Returns the seconds that `run` takes, without the checkpoint before it. A later checkpoint counts
 * if it happens during `run`.
 *
 * @param run returns how many of them it stored first pages
 */
async function inNewDatabase(
  { server }: Bench,
  run: (url: string) => Promise<number>,
): Promise<Result> {
  const admin = await connect(server.url());
  try {
    await admin.query('DROP DATABASE IF EXISTS bench WITH (FORCE)');
    await admin.query('CREATE DATABASE bench');
    await migrate(server.url('bench'));
    await admin.query('CHECKPOINT');
    const started = performance.now();
    const pagesSeconds = await run(server.url('bench'));
    return { seconds: (performance.now() - started) / 1000, pagesSeconds };
  } finally {
    await admin.end();
  }
}

async function inEachSegment(
  { plan }: Bench,
  url: string,
  work: (client: Client, table: string, number: number) => Promise<void>,
): Promise<void> {
  await Promise.all(
    plan.segments.map(async ({ number }) => {
      const client = await connect(url);
      await work(client, `bench_${segmentName(number)}`, number);
      await client.end();
    }),
  );
}

async function copyWithPsql(
  client: Client,
  table: string,
  number: number,
  { plan, csv }: Bench,
  url: string,
) {
  await createDetachedSegment(
    client,
    table,
    segmentBounds(plan.segments[number - 1]!, plan.segments),
  );
  const command = `\\copy ${table} (${REVIEW_COLUMNS}) FROM '${reviewsFile(csv, number)}' (FORMAT csv)`;
  const { href, environment } = libpqAccess(url);
  await execute('psql', ['-q', '-v', 'ON_ERROR_STOP=1', '-c', command, href], {
    env: { ...process.env, ...environment },
  });
}

/** @returns the seconds in which it stored first pages */
async function seed(args: string[], { plan }: Bench, databaseUrl: string): Promise<number> {
  const segmentRows = args.includes('--from-csv') ? [] : ['--segment-rows', `${plan.segmentRows}`];
  const main = path.join(packageRoot, 'dist', 'scripts', 'seed', 'main.js');
  const { stdout } = await execute(
    process.execPath,
    [main, ...args, ...segmentRows, '--workers', `${SEGMENTS}`, '--json'],
    { env: { ...process.env, DATABASE_URL: databaseUrl } },
  );
  const { phases } = JSON.parse(stdout) as SeedReport;
  return phases.find(({ phase }) => phase === 'pages')?.workerSeconds ?? 0;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

void runProgram(program);
