import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { packageRoot } from '../../src/platform/package-root';
import {
  beginLoad,
  endLoad,
  findFinishedLoad,
  findLoadRecord,
  type LoadIdentity,
  type LoadRecord,
  listLoaded,
  loadIdentity,
  planOf,
} from './load-record';
import { csvNeed, refuseFullDisk, tablesNeed } from './preflight';
import { count, type Display } from './progress-display';
import { publishSegments } from './publish';
import { GENERATOR_VERSION } from './review-generator';
import { Refusal, type SeedArguments } from './seed-arguments';
import { planSeed, type SeedPlan } from './seed-plan';
import { SeedProgress } from './seed-progress';
import { measureSegments, phaseReports, type SeedReport } from './seed-report';
import type { WorkerOptions, WorkerTask } from './seed-worker';
import { hashText } from './seeded-random';
import { lockOutSeeders } from './seeding-lock';
import { MANIFEST, reviewsFile, summariesFile } from './segment-files';
import { runWorkers } from './worker-pool';

/**
 * `npm run seed`: plan → check → workers write, load and index the segments beside `reviews` →
 * publish all of them at once → statistics → clean up. What is done is recorded in the database
 * (load-record.ts), in the same transactions that do it: run again after an interruption, it goes
 * on there.
 *
 * @throws Refusal when it may not begin, or was interrupted; other errors when the server or the
 * disk failed on the way
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
    await client.query(`SET client_connection_check_interval = '1s'`); // killed, it must not hold its locks for long
    await lockOutSeeders(client);
    return await load(args, client, databaseUrl, display, signal);
  } finally {
    await client.end().catch(() => {});
  }
}

/** `--csv-only`: the files, and no database. */
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
    await gatherStatistics(client);
    await endLoad(client, record);
  }
  if (!args.keepCsv) removeFiles(dir, plan);
  return {
    ...makeReport(plan, progress, tasks.length, started),
    database: await measureSegments(client),
  };
}

/** The record of the load to go on with, or a new one once nothing speaks against it. */
async function beginOrResume(
  args: SeedArguments,
  client: Client,
  display: Display,
): Promise<{ record: LoadRecord; plan: SeedPlan }> {
  const wanted = args.source === 'csv' ? readManifest(args.dir!) : args;
  const found = await findLoadRecord(client);
  // One that an earlier version began knows of no offset, and its files hold other ids.
  if (found?.idOffset !== undefined && isSameLoad(found, { ...wanted, mode: args.mode })) {
    display.say('Going on with the load that was interrupted');
    return { record: found, plan: planOf(found) };
  }
  const holdsReviews = (await client.query('SELECT 1 FROM reviews LIMIT 1')).rows.length > 0;
  if (holdsReviews && args.mode === 'empty') {
    const finished = await findFinishedLoad(client);
    if (!finished || !isSameLoad(finished, { ...wanted, mode: args.mode }))
      throw new Refusal(
        'The database holds reviews already; add others with --append or replace them with --replace',
      );
    display.say('These reviews are loaded already');
    return { record: finished, plan: planOf(finished) };
  }
  const append = args.mode === 'append' && holdsReviews;
  const plan = planSeed({
    ...wanted,
    ...(append && { firstProduct: await findFreeProduct(client) }),
  });
  const mode = args.mode === 'append' && !append ? 'empty' : args.mode; // to nothing, nothing is appended
  await refuseFullDisks(args, client, plan);
  if (args.source === 'generate') claimFolder(args.dir ?? defaultFolder(plan), plan);
  if (found) display.say(`Dropping what an interrupted load of ${found.reviews} reviews left`);
  const record = await beginLoad(client, { ...loadIdentity(plan), mode, phase: 'loading' });
  display.say(
    `${count(plan.reviews)} reviews of ${count(plan.lastProduct - plan.firstProduct + 1)} products, ` +
      `${plan.segments.length} segments, ${args.workers} workers`,
  );
  return { record, plan };
}

function isSameLoad(
  found: LoadRecord,
  wanted: Pick<LoadRecord, 'seed' | 'reviews' | 'segmentRows' | 'mode'>,
) {
  const sameMode =
    found.mode === wanted.mode || (found.mode === 'empty' && wanted.mode === 'append');
  return (
    sameMode &&
    found.generatorVersion === GENERATOR_VERSION &&
    found.seed === wanted.seed &&
    found.reviews === wanted.reviews &&
    found.segmentRows === wanted.segmentRows
  );
}

/**
 * The first product number that is free, from 2. A product without approved reviews has no summary.
 */
async function findFreeProduct(client: Client): Promise<number> {
  const { rows } = await client.query<{ last_product: string }>(
    `SELECT coalesce(max(product_id::bigint), 0) AS last_product
     FROM product_summaries WHERE product_id ~ '^[1-9][0-9]{0,14}$'`,
  );
  let firstProduct = Number(rows[0]!.last_product) + 1;
  const isTaken = async (product: number) =>
    (await client.query('SELECT 1 FROM reviews WHERE product_id = $1 LIMIT 1', [`${product}`])).rows
      .length > 0;
  while (await isTaken(firstProduct)) firstProduct += 1;
  return Math.max(2, firstProduct);
}

async function refuseFullDisks(args: SeedArguments, client: Client, plan: SeedPlan): Promise<void> {
  const needs = [await tablesNeed(client, plan.reviews)];
  if (args.source === 'generate')
    needs.push(csvNeed(args.dir ?? defaultFolder(plan), plan, args.workers, args.keepCsv));
  refuseFullDisk(needs.filter((need) => need !== undefined));
}

/** Segments that are not loaded, and those whose summaries were lost with their folder. */
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

/** The segments have theirs since they were loaded; what is missing is the whole's. */
async function gatherStatistics(client: Client): Promise<void> {
  await client.query('ANALYZE ONLY reviews');
  await client.query('ANALYZE product_summaries');
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

function defaultFolder(plan: SeedPlan): string {
  const { seed, reviews, segmentRows, firstProduct } = plan;
  const name = `seed-${hashText(JSON.stringify({ seed, reviews, segmentRows, firstProduct })) >>> 0}`;
  return path.join(packageRoot, '.starling', name);
}

/** @throws Refusal when the folder holds the files of another load */
function claimFolder(dir: string, plan: SeedPlan): void {
  const manifest = path.join(dir, MANIFEST);
  if (existsSync(manifest)) {
    if (isDeepStrictEqual(readManifest(dir), loadIdentity(plan))) return;
    throw new Refusal(
      `${dir} holds the files of another load; remove them or choose another --dir`,
    );
  }
  mkdirSync(dir, { recursive: true });
  if (readdirSync(dir).length > 0)
    throw new Refusal(`${dir} is not empty; choose a --dir of the load's own`);
  writeFileSync(manifest, `${JSON.stringify(loadIdentity(plan), null, 2)}\n`);
}

/** @throws Refusal when the folder has none, or one of another version of Starling */
function readManifest(dir: string): LoadIdentity {
  const manifest = path.join(dir, MANIFEST);
  if (!existsSync(manifest))
    throw new Refusal(`${dir} holds no ${MANIFEST}; --csv-only writes such a folder`);
  const identity = JSON.parse(readFileSync(manifest, 'utf8')) as LoadIdentity;
  if (identity.generatorVersion !== GENERATOR_VERSION)
    throw new Refusal(
      `${dir} was written by another version of Starling; write it again with --csv-only`,
    );
  return identity;
}

function refuseMissingFiles(dir: string, tasks: WorkerTask[]): void {
  for (const { segment } of tasks) {
    for (const file of [reviewsFile(dir, segment), summariesFile(dir, segment)]) {
      if (!existsSync(file))
        throw new Refusal(
          `${file} is missing; the --csv-only run that wrote the folder goes on when repeated`,
        );
    }
  }
}

/** Only what the load wrote: a folder that holds something else stays, with it. */
function removeFiles(dir: string, plan: SeedPlan): void {
  for (const { number } of plan.segments) {
    rmSync(reviewsFile(dir, number), { force: true });
    rmSync(summariesFile(dir, number), { force: true });
  }
  rmSync(path.join(dir, MANIFEST), { force: true });
  if (existsSync(dir) && readdirSync(dir).length === 0) rmdirSync(dir);
}
