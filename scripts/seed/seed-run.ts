import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { fillPages } from '../pages/page-filling';
import { lockOutSeeders } from '../shared/seeding-lock';
import { freezeRows } from '../shared/table-upkeep';
import { beginOrResume } from './load-begin';
import { claimFolder, defaultFolder, refuseMissingFiles, removeFiles } from './load-folder';
import { endLoad, type LoadRecord, listLoaded } from './load-record';
import { csvNeed, refuseFullDisk } from './preflight';
import type { Display } from './progress-display';
import { publishSegments } from './publish';
import { planSeed, type SeedPlan } from './seed-plan';
import type { SeedArguments } from './seed-program';
import { SeedProgress } from './seed-progress';
import { measureSegments, phaseReports, type SeedReport } from './seed-report';
import type { WorkerOptions, WorkerTask } from './seed-worker';
import { reviewsFile, summariesFile } from './segment-files';
import { runWorkers } from './worker-pool';

/**
 * `npm run seed`: plan → check → workers write, load and index the segments beside `reviews` →
 * publish all segments at once → gather statistics → store first pages → clean up. The transactions
 * that do the work also record it in the database (load-record.ts), so the same command continues
 * after an interruption.
 *
 * @throws UserError when the load may not begin or was interrupted; other errors when the server or
 *   the disk fails
 */
export async function loadReviews(
  args: SeedArguments,
  databaseUrl: string,
  display: Display,
  signal: AbortSignal,
): Promise<SeedReport> {
  await migrate(databaseUrl);
  const client = new Client({ connectionString: databaseUrl, application_name: 'starling-seed' });
  client.on('error', () => {}); // reported by the next statement
  await client.connect();
  try {
    await client.query(`SET client_connection_check_interval = '1s'`); // so that a killed seeder soon loses its locks
    await lockOutSeeders(client);
    return await load(args, client, databaseUrl, display, signal);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Writes the files only, for `--csv-only`. */
export async function writeReviews(
  args: SeedArguments,
  display: Display,
  signal: AbortSignal,
): Promise<SeedReport> {
  const started = performance.now();
  const plan = planSeed(args);
  const dir = args.dir ?? defaultFolder(plan);
  refuseFullDisk([csvNeed(dir, plan, args.workers, true)]);
  claimFolder(dir, plan);
  const tasks = plan.segments
    .filter(({ number }) => !existsSync(reviewsFile(dir, number)))
    .map(({ number }) => ({ segment: number, load: false }));
  const progress = await work(
    plan,
    tasks,
    { ...args, dir, databaseUrl: undefined, append: false, idOffset: 0 },
    display,
    signal,
  );
  display.say(`The files are in ${dir}; load them with: npm run seed -- --from-csv ${dir}`);
  return makeReport(plan, progress, tasks.length, started);
}

async function load(
  args: SeedArguments,
  client: Client,
  databaseUrl: string,
  display: Display,
  signal: AbortSignal,
): Promise<SeedReport> {
  const started = performance.now();
  const { record, plan } = await beginOrResume(args, client, display);
  const dir = args.dir ?? defaultFolder(plan);
  const tasks = record.phase === 'loading' ? await listTasks(client, plan, record, dir) : [];
  if (args.source === 'csv') refuseMissingFiles(dir, tasks);
  else if (tasks.length > 0) claimFolder(dir, plan);
  const options = {
    ...args,
    dir,
    databaseUrl,
    append: record.mode === 'append',
    idOffset: record.idOffset,
  };
  const progress = await work(plan, tasks, options, display, signal);
  if (record.phase === 'loading' && record.mode !== 'append') {
    display.say('Putting the segments in place, with their summaries');
    await publishSegments(client, plan, record, dir);
  }
  if (record.phase !== 'finished') {
    await gatherStatistics(client, record);
    await storePages(args, databaseUrl, progress, display, signal);
    await endLoad(client, record);
  }
  if (!args.keepCsv) removeFiles(dir, plan);
  return {
    ...makeReport(plan, progress, tasks.length, started),
    database: await measureSegments(client),
  };
}

/** The segments that are not loaded, and those whose summaries were removed with their folder. */
async function listTasks(
  client: Client,
  plan: SeedPlan,
  record: LoadRecord,
  dir: string,
): Promise<WorkerTask[]> {
  const loaded = await listLoaded(client, record);
  return plan.segments
    .map(({ number }) => ({ segment: number, load: !loaded.has(number) }))
    .filter(
      ({ segment, load }) =>
        load || (record.mode !== 'append' && !existsSync(summariesFile(dir, segment))),
    );
}

async function work(
  plan: SeedPlan,
  tasks: WorkerTask[],
  options: Omit<WorkerOptions, 'plan'> & { workers: number },
  display: Display,
  signal: AbortSignal,
): Promise<SeedProgress> {
  const rowsOf = (chosen: WorkerTask[]) =>
    chosen.reduce((rows, { segment }) => rows + plan.segments[segment - 1]!.rows, 0);
  const toLoad = tasks.filter(({ load }) => load);
  const progress = new SeedProgress(
    tasks.length,
    {
      generate: rowsOf(
        tasks.filter(({ segment }) => !existsSync(reviewsFile(options.dir, segment))),
      ),
      copy: options.databaseUrl === undefined ? 0 : rowsOf(toLoad),
      index: options.databaseUrl === undefined || options.append ? 0 : rowsOf(toLoad),
      pages: options.databaseUrl === undefined ? 0 : plan.lastProduct - plan.firstProduct + 1,
    },
    (segment) => plan.segments[segment - 1]!.rows,
    () => performance.now(),
  );
  const { dir, databaseUrl, append, idOffset, keepCsv, workers } = options;
  const redraw = setInterval(() => display.show(progress), 100);
  try {
    const poolOptions = {
      plan,
      dir,
      databaseUrl,
      append,
      idOffset,
      keepCsv,
      workers,
      tasks,
      signal,
    };
    await runWorkers(poolOptions, (message) => progress.take(message));
  } finally {
    clearInterval(redraw);
    display.end();
  }
  return progress;
}

/**
 * The load has gathered each segment's statistics and frozen its rows; these are the partitioned
 * table's own. Appended rows are in the old segments.
 */
async function gatherStatistics(client: Client, { mode }: LoadRecord): Promise<void> {
  if (mode === 'append') await freezeRows(client, ['reviews'], 'ANALYZE');
  else await client.query('ANALYZE ONLY reviews');
  await freezeRows(client, ['product_summaries'], 'ANALYZE');
}

/** Readers already see the reviews. Until its page is stored, a product costs them more. */
async function storePages(
  { workers }: SeedArguments,
  databaseUrl: string,
  progress: SeedProgress,
  display: Display,
  signal: AbortSignal,
): Promise<void> {
  display.say('Storing the first page of each product');
  try {
    await fillPages(databaseUrl, {
      lanes: workers,
      signal,
      onProgress: (filled, missing) => {
        progress.takePages(filled, missing);
        display.show(progress);
      },
    });
  } finally {
    display.end();
  }
}

function makeReport(
  plan: SeedPlan,
  progress: SeedProgress,
  tasks: number,
  started: number,
): SeedReport {
  return {
    reviews: plan.reviews,
    products: plan.lastProduct - plan.firstProduct + 1,
    segments: plan.segments.length,
    segmentsResumed: plan.segments.length - tasks,
    seconds: (performance.now() - started) / 1000,
    memoryPeakBytes: process.resourceUsage().maxRSS * 1024,
    database: undefined,
    phases: phaseReports(progress),
  };
}
