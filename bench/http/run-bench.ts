import { describeServer, type Facts } from '../shared/machine';
import type { BenchOptions } from './bench-options';
import type { Contender, HttpContender } from './contenders/contender';
import { startFileContender } from './contenders/file-contender';
import { type Lineup, startServers } from './contenders/lineup';
import { createPgbenchContender } from './contenders/pgbench-contender';
import { HOW_TO_DROP } from './contenders/textbook-table';
import { hasWrk } from './load/wrk';
import { measureBesideWrites } from './measure/beside-writes';
import { describeSizes } from './measure/database-size';
import { measureLongWrites } from './measure/long-writes';
import { measureWorkload, type Plan, warmUpFactor } from './measure/rounds';
import { writeReport } from './report/result-files';
import { type Result, toRow, toTable } from './report/table';
import { collectDeepPaths } from './workloads/deep-paths';
import { listProducts, type Products } from './workloads/products';
import { get, reviewsPath } from './workloads/requests';
import { buildWorkloads, HOT_SET, hotPath, type Workload } from './workloads/workloads';
import { makeWriteKey, type WriteKey } from './write-key';

/**
 * A cold Node is several times slower. So each server is warmed up before its first workload, and
 * before each workload for the code that it adds.
 */
const QUICK = { seconds: 2, warmUpSeconds: 1, rounds: 2, firstWarmUpSeconds: 2 };
const THOROUGH = { seconds: 5, warmUpSeconds: 5, rounds: 5, firstWarmUpSeconds: 10 };

/** Measures the workloads one after the other, and writes the report. */
export async function runBench(
  options: BenchOptions,
  databaseUrl: string,
  machine: Facts,
  folder: string,
): Promise<void> {
  const { connections, minutes } = options;
  const { firstWarmUpSeconds, ...pace } = options.quick ? QUICK : THOROUGH;
  const plan: Plan = { ...pace, connections };
  const notes: string[] = [];
  const lineup: Lineup = { servers: [], pools: new Map() };
  const { servers } = lineup;
  const others: Contender[] = [];
  const writeKeys = new Map<string, WriteKey>();
  try {
    const products = await listProducts(databaseUrl);
    const firstPages = products.draw(HOT_SET).map((product) => get(reviewsPath(product)));
    await startServers(options, databaseUrl, folder, plan, firstPages, lineup);
    others.push(...(await startOthers(options, servers, products, databaseUrl, folder, notes)));
    const sizes = await describeSizes(databaseUrl);
    await makeWriteKeys(servers, writeKeys);
    const deepPaths = await collectPaths(options, servers, products);
    const workloads = buildWorkloads({
      products,
      writeKeyOf: ({ kind, databaseUrl: url }) =>
        kind === 'starling' ? writeKeys.get(url!)?.key : undefined,
      deepPathsOf: (contender) => deepPaths.get(contender) ?? [],
      dropsPageCache: options.dropsPageCache,
      note: (line) => notes.push(line),
    });

    for (const server of servers) {
      const seconds = firstWarmUpSeconds * warmUpFactor(server);
      await server.send(workloads['hot-set'].requests(server, seconds), { connections, seconds });
    }
    const contenders = [...servers, ...others];
    const results: Result[] = [];
    const longWrites: Result[] = [];
    for (const name of options.workloads) {
      if (name === 'writes-long')
        longWrites.push(...(await measureLongWrites(workloads[name], contenders, plan, minutes)));
      else results.push(...(await measureWorkload(workloads[name], contenders, plan)));
      if (name === 'writes')
        results.push(
          ...(await measurePacedWrites(servers, workloads['hot-set'], workloads.writes, plan)),
        );
    }
    const facts: Facts = {
      ...machine,
      ...(await describeServer(databaseUrl)),
      products: products.count,
      ...sizes,
      ...describeLoad(options, plan, lineup),
    };
    if (servers.some(({ kind }) => kind === 'textbook')) notes.push(HOW_TO_DROP);
    writeReport(
      { facts, results, longWrites, notes },
      options.out,
      options.name ?? reportName(facts),
    );
  } finally {
    await Promise.all([...servers, ...others].map((contender) => contender.stop()));
    await Promise.all([...writeKeys.values()].map((key) => key.revoke()));
  }
}

/** 2026-11-25-30M */
function reportName({ date, reviews }: Facts): string {
  const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 0 });
  return `${date}-${compact.format(Number(reviews))}`;
}

function describeLoad(
  { connections, dropsPageCache }: BenchOptions,
  { rounds, seconds }: Plan,
  { pools }: Lineup,
): Facts {
  return {
    load: hasWrk() ? 'wrk' : 'autocannon',
    connections,
    rounds: `${rounds} of ${seconds} s`,
    ...Object.fromEntries(
      [...pools].map(([count, { reason }]) => [`textbookPoolOf${count}`, reason]),
    ),
    coldReads: dropsPageCache
      ? 'no stored pages, kernel page cache emptied before each round'
      : 'no stored pages; rows may be in memory',
  };
}

/** The contenders that are no Node servers. */
async function startOthers(
  { contenders, workloads }: BenchOptions,
  servers: readonly HttpContender[],
  products: Products,
  databaseUrl: string,
  folder: string,
  notes: string[],
): Promise<Contender[]> {
  const others: Contender[] = [];
  const starling = servers.find(({ kind }) => kind === 'starling');
  if (starling && contenders.includes('file') && workloads.includes('hot'))
    others.push(await startFileContender(starling, hotPath(products), folder));
  if (contenders.includes('pgbench') && workloads.includes('uniform-warm')) {
    const pgbench = await createPgbenchContender(databaseUrl, products, folder);
    if (typeof pgbench === 'string') notes.push(pgbench);
    else others.push(pgbench);
  }
  return others;
}

/** One for each database that Starling writes to. */
async function makeWriteKeys(
  servers: readonly HttpContender[],
  keys: Map<string, WriteKey>,
): Promise<void> {
  for (const { kind, databaseUrl } of servers)
    if (kind === 'starling' && !keys.has(databaseUrl!))
      keys.set(databaseUrl!, await makeWriteKey(databaseUrl!));
}

async function collectPaths(
  { workloads }: BenchOptions,
  servers: readonly HttpContender[],
  { largest }: Products,
): Promise<Map<Contender, string[]>> {
  const paths = new Map<Contender, string[]>();
  if (!workloads.includes('deep')) return paths;
  for (const server of servers)
    if (server.kind === 'starling') paths.set(server, await collectDeepPaths(server.url, largest));
  return paths;
}

async function measurePacedWrites(
  servers: readonly HttpContender[],
  reads: Workload,
  writes: Workload,
  plan: Plan,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const server of servers.filter(({ kind }) => kind === 'starling'))
    results.push(...(await measureBesideWrites(server, reads, writes, plan)));
  process.stdout.write(`\n${toTable(results.map(toRow))}\n\n`);
  return results;
}
