import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { packageRoot } from '../../src/platform/package-root';
import { openDatabase } from '../seed/open-database';
import { type Contender, type ContenderKind, startContender } from './contenders';
import { hasWrk } from './load';
import { findPostmaster, measure } from './measurement';
import { type Result, toChart, toRow, toTable } from './report';
import { buildWorkloads, type Workload, type WorkloadName } from './workloads';

const HELP = `Measures Starling against a textbook server and against its own limit, in turns, over the same rows.

  npm run bench -- [options]

  --quick              about two minutes: short rounds, two of them
  --workloads a,b      some of: uniform, zipf, summaries, batches, deep, mix, writes (default: all)
  --connections N      of the load (default 64)
  --out DIR            where results.json, results.md and processor-time.svg go (default: docs/benchmarks)
  --help               this

The database is DATABASE_URL's, or that of npm start; it must hold reviews (npm run seed), and be on this machine. The
workloads that write leave their reviews in it.
`;

const CONTENDERS: readonly [ContenderKind, number][] = [
  ['plain', 1],
  ['starling', 1],
  ['memory', 1],
  ['plain', 6],
  ['starling', 6],
  ['memory', 6],
];
const PRODUCTS_MAX = 200_000;
const DEEP_PAGES = 50;
const DEEP_PRODUCTS = 20;

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      workloads: { type: 'string' },
      connections: { type: 'string', default: '64' },
      out: { type: 'string', default: path.join(packageRoot, 'docs', 'benchmarks') },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) return void process.stdout.write(HELP);
  const connections = Number(options.connections);
  if (!Number.isInteger(connections) || connections < 1)
    throw new Error('--connections: expected a whole number from 1');
  const pace = options.quick ? { seconds: 3, warmUp: 3, rounds: 2 } : { seconds: 8, warmUp: 10, rounds: 5 };

  const database = await openDatabase('npm run bench');
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-bench-'));
  chmodSync(folder, 0o711); // Nginx's workers are another user when root runs this
  const contenders: Contender[] = [];
  try {
    for (const [kind, instances] of CONTENDERS) {
      contenders.push(await startContender(kind, instances, database.url, folder));
    }
    const workloads = await chooseWorkloads(options.workloads, database.url, contenders);
    const results = await measureAll(workloads, contenders, await findPostmaster(database.url), {
      ...pace,
      connections,
    });
    await writeResults(results, options.out, database.url, connections);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function chooseWorkloads(
  names: string | undefined,
  databaseUrl: string,
  contenders: Contender[],
): Promise<Workload[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const products = await client.query<{ product_id: string }>(
    // Spread over the whole key range, whatever the table's size.
    'SELECT product_id FROM product_summaries WHERE hashtext(product_id) % greatest(1, (SELECT count(*) FROM product_summaries)::int / $1) = 0',
    [PRODUCTS_MAX],
  );
  const large = await client.query<{ product_id: string }>(
    'SELECT product_id FROM product_summaries ORDER BY rating_1 + rating_2 + rating_3 + rating_4 + rating_5 DESC LIMIT $1',
    [DEEP_PRODUCTS],
  );
  await client.end();
  if (products.rows.length === 0)
    throw new Error('The database holds no reviews: npm run seed -- --reviews 1M');
  const starling = contenders.find(({ kind }) => kind === 'starling')!;
  const deep = await collectDeepPaths(
    starling.url,
    large.rows.map((row) => row.product_id),
  );
  const all = buildWorkloads(
    products.rows.map((row) => row.product_id),
    deep,
  );
  const chosen = names?.split(',') ?? Object.keys(all);
  return chosen.map((name) => {
    const workload = all[name as WorkloadName];
    if (!workload)
      throw new Error(`--workloads: there is no ${name}; expected some of ${Object.keys(all).join(', ')}`);
    return workload;
  });
}

async function collectDeepPaths(url: string, productIds: readonly string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const productId of productIds) {
    let cursor: string | null = null;
    for (let page = 0; page < DEEP_PAGES; page += 1) {
      const target: string = `/v1/products/${productId}/reviews?sort=newest${cursor ? `&cursor=${cursor}` : ''}`;
      const response = await fetch(`${url}${target}`);
      cursor = ((await response.json()) as { next_cursor: string | null }).next_cursor;
      if (page > 0) paths.push(target);
      if (!cursor) break;
    }
  }
  return paths;
}

/** Contenders take turns within each round, so that a noisy minute touches all of them. */
async function measureAll(
  workloads: readonly Workload[],
  contenders: readonly Contender[],
  postmaster: number,
  {
    seconds,
    warmUp,
    rounds,
    connections,
  }: { seconds: number; warmUp: number; rounds: number; connections: number },
): Promise<Result[]> {
  const results: Result[] = [];
  for (const workload of workloads) {
    const running = contenders.filter(({ kind }) => canRun(kind, workload));
    const ofWorkload = running.map(
      (contender): Result => ({ workload: workload.name, contender: contender.name, rounds: [] }),
    );
    for (const contender of running)
      await measure(contender, workload, postmaster, { seconds: warmUp, connections });
    for (let round = 1; round <= rounds; round += 1) {
      process.stderr.write(`${workload.name}: round ${round} of ${rounds}\n`);
      for (const [index, contender] of running.entries()) {
        ofWorkload[index]!.rounds.push(
          await measure(contender, workload, postmaster, { seconds, connections }),
        );
      }
    }
    process.stdout.write(`\n${toTable(ofWorkload.map(toRow))}\n\n`);
    results.push(...ofWorkload);
  }
  return results;
}

/** The memory server answers pages only: it is the limit for those. */
function canRun(kind: ContenderKind, workload: Workload): boolean {
  if (kind === 'plain') return workload.isPlain;
  return (
    kind === 'starling' ||
    workload.requests.every(({ method, path: target }) => method === 'GET' && /\/reviews$/.test(target))
  );
}

async function writeResults(
  results: readonly Result[],
  folder: string,
  databaseUrl: string,
  connections: number,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ reviews: string; segments: string; version: string }>(`
    SELECT (SELECT sum(reltuples)::bigint FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE i.inhparent = 'reviews'::regclass) AS reviews,
           (SELECT count(*) FROM pg_inherits WHERE inhparent = 'reviews'::regclass) AS segments,
           current_setting('server_version') AS version`);
  await client.end();
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    processor: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres: rows[0]!.version,
    reviews: Number(rows[0]!.reviews),
    segments: Number(rows[0]!.segments),
    connections,
    load: hasWrk() ? 'wrk' : 'autocannon',
  };
  const table = results.map(toRow);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'results.json'), `${JSON.stringify({ machine, results }, null, 1)}\n`);
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  writeFileSync(path.join(folder, 'results.md'), `${facts.join('\n')}\n\n${toTable(table)}\n`);
  writeFileSync(path.join(folder, 'processor-time.svg'), toChart(table));
  process.stdout.write(`Written to ${folder}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`npm run bench: ${error.message}\n`);
  process.exitCode = 1;
});
