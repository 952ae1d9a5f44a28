import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../scripts/shared/open-database';
import { packageRoot } from '../../src/platform/package-root';
import { countReviews, describeMachine } from '../shared/machine';
import {
  type Contender,
  type HttpContender,
  type ServerKind,
  startContender,
  startFileContender,
} from './contenders';
import { hasWrk } from './load';
import { findPostmaster } from './measurement';
import { createPgbenchContender } from './pgbench-contender';
import { sampleProducts, workloadsFor } from './product-samples';
import type { Result } from './report';
import { writeResults } from './result-files';
import { measureBesideWrites, measureWorkloads, type Plan, warmUpFactor } from './rounds';
import { WORKLOAD_NAMES, type Workload, type WorkloadName } from './workloads';
import { makeWriteKey, type WriteKey } from './write-key';

const HELP = `Measures Starling against a textbook server and against its own limits, in turns, over the same rows.

  npm run bench -- [options]

  --quick              about three minutes: short rounds, two of them
  --workloads a,b      some of: ${WORKLOAD_NAMES.join(', ')} (default: all)
  --connections N      of the load (default 64)
  --out DIR            where results.json, results.md and processor-time.svg go (default: docs/benchmarks)
  --help               this

The database is DATABASE_URL's, or that of npm start; it must hold reviews (npm run seed), and be on this machine. The
workloads that write leave their reviews in it. \`writes\` also measures latency at 2,100 a second, and reads beside that.
`;

const SERVERS: readonly [ServerKind, number][] = [
  ['plain', 1],
  ['starling', 1],
  ['memory', 1],
  ['plain', 6],
  ['starling', 6],
  ['memory', 6],
];
/**
 * A cold Node is several times slower: each server is warmed up before its first workload, and
 * before each for what that adds.
 */
const QUICK = { seconds: 2, warmUpSeconds: 1, rounds: 2, firstWarmUpSeconds: 2 };
const THOROUGH = { seconds: 5, warmUpSeconds: 5, rounds: 5, firstWarmUpSeconds: 10 };

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      workloads: { type: 'string', default: WORKLOAD_NAMES.join(',') },
      connections: { type: 'string', default: '64' },
      out: { type: 'string', default: path.join(packageRoot, 'docs', 'benchmarks') },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) return void process.stdout.write(HELP);
  const connections = Number(options.connections);
  if (!Number.isInteger(connections) || connections < 1)
    throw new Error('--connections: expected a whole number from 1');
  const names = parseWorkloadNames(options.workloads);

  const database = await openDatabase('npm run bench');
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-bench-'));
  chmodSync(folder, 0o711); // Nginx's workers are another user when root runs this
  const contenders: Contender[] = [];
  let writeKey: WriteKey | undefined;
  try {
    const postmaster = await findPostmaster(database.url);
    const { firstWarmUpSeconds, ...pace } = options.quick ? QUICK : THOROUGH;
    const plan: Plan = { ...pace, connections, postmaster };
    const samples = await sampleProducts(database.url);
    const servers: HttpContender[] = [];
    for (const [kind, instances] of SERVERS) {
      servers.push(await startContender(kind, instances, database.url, folder));
      contenders.push(servers.at(-1)!);
    }
    const starling = servers.find(({ kind }) => kind === 'starling')!;
    writeKey = await makeWriteKey(database.url);
    const workloads = await workloadsFor(samples, starling.url, writeKey.key);
    contenders.push(await startFileBeside(starling, workloads.hot, folder));
    const notes: string[] = [];
    const pgbench = createPgbenchContender(database.url, samples, folder);
    if (typeof pgbench === 'string') notes.push(pgbench);
    else contenders.push(pgbench);

    for (const server of servers)
      await server.send(workloads.uniform.requests, {
        connections,
        seconds: firstWarmUpSeconds * warmUpFactor(server),
      });
    const results = await measureWorkloads(
      names.map((name) => workloads[name]),
      contenders,
      plan,
    );
    if (names.includes('writes'))
      results.push(...(await measurePacedWrites(servers, workloads, plan)));
    const machine = {
      ...(await describeMachine(database.url)),
      ...(await countReviews(database.url)),
      load: hasWrk() ? 'wrk' : 'autocannon',
      connections,
    };
    writeResults(results, machine, notes, options.out);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
    await writeKey?.revoke();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function parseWorkloadNames(text: string): WorkloadName[] {
  const names = text.split(',');
  for (const name of names) {
    if (!(WORKLOAD_NAMES as readonly string[]).includes(name))
      throw new Error(
        `--workloads: there is no ${name}; expected some of ${WORKLOAD_NAMES.join(', ')}`,
      );
  }
  return names as WorkloadName[];
}

async function startFileBeside(starling: HttpContender, hot: Workload, folder: string) {
  const { path: target } = hot.requests[0]!;
  const page = await (await fetch(`${starling.url}${target}`)).text();
  return startFileContender(target, page, folder);
}

async function measurePacedWrites(
  servers: readonly HttpContender[],
  { uniform, writes }: Record<WorkloadName, Workload>,
  plan: Plan,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const server of servers.filter(({ kind }) => kind === 'starling')) {
    results.push(...(await measureBesideWrites(server, uniform, writes, plan)));
  }
  return results;
}

main().catch((error: Error) => {
  process.stderr.write(`npm run bench: ${error.message}\n`);
  process.exitCode = 1;
});
