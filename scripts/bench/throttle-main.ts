import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/platform/package-root';
import { openDatabase } from '../seed/open-database';
import { refusalTable } from './refusal-cost';
import { CONTENDER_NAMES } from './throttle-contenders';
import { type Outcome, type Scenario, simulate } from './throttle-simulation';
import type { WorkerFigures } from './throttle-worker';

/**
 * `npm run bench:throttle`: what a decision costs and a client takes, beside other limiters in turns, and how well six uneven instances
 * agree on a limit (simulated on a clock of their own; test/throttle/stack.test.ts does it with processes); first what a refusal costs over
 * HTTP, on DATABASE_URL or the database of npm start. Prints Markdown.
 */
const ROUNDS = 3;
const SEEDS = [1, 2, 3, 4, 5];
const UNEVEN: Omit<Scenario, 'load' | 'storeIntervalMs' | 'seed'> = {
  seconds: 60,
  limit: 100,
  burst: 100,
  parts: [0.5, 0.25, 0.12, 0.07, 0.04, 0.02],
  turnSeconds: 3,
  storeLatencyMs: 4,
};

async function main(): Promise<void> {
  const database = await openDatabase('npm run bench:throttle');
  try {
    print(await refusalTable(database.url));
  } finally {
    await database.close();
  }
  const rounds: WorkerFigures[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of CONTENDER_NAMES) rounds.push(await runWorker(name));
  print(costTable(rounds));
  for (const [store, storeIntervalMs] of [
    ['PostgreSQL', 250],
    ['Valkey', 100],
  ] as const)
    print(await agreementTable(store, storeIntervalMs));
}

async function runWorker(name: string): Promise<WorkerFigures> {
  const script = path.join(packageRoot, 'dist', 'scripts', 'bench', 'throttle-worker.js');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, name]);
  return JSON.parse(stdout) as WorkerFigures;
}

function costTable(rounds: WorkerFigures[]): string[] {
  const rows = CONTENDER_NAMES.map((name) => {
    const own = rounds.filter((each) => each.name === name);
    const of = (value: (figures: WorkerFigures) => number | null) => {
      const values = own.map(value).filter((each) => each !== null);
      return values.length === 0 ? '' : `${Math.round(median(values))}`;
    };
    const cells = [
      of(({ warmNs }) => warmNs),
      of(({ warmNsWithoutClock }) => warmNsWithoutClock),
      of(({ randomNs }) => randomNs),
      of(({ collections }) => collections),
      of(({ bytesAClient }) => bytesAClient),
      of(({ heldOfMillion }) => heldOfMillion),
      of(({ tenMillionMb }) => tenMillionMb),
    ];
    return `| ${[name, ...cells].join(' | ')} |`;
  });
  return [
    `Processor time, medians of ${ROUNDS} rounds in turns.`,
    '',
    '| | warm ns | less the clock | a million keys ns | collections in 10 M | bytes a client | held of 1 M | MB after 10 M keys |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ];
}

async function agreementTable(store: string, storeIntervalMs: number): Promise<string[]> {
  const lines = [
    `Six instances, 50/25/12/7/4/2 % turning every ${UNEVEN.turnSeconds} s, limit ${UNEVEN.limit}/s, burst ${UNEVEN.burst}, exchange as with ${store} (${storeIntervalMs} ms), ${SEEDS.length} runs of ${UNEVEN.seconds} s; mean (worst).`,
    '',
    '| load | long run against one limiter | worst second (one limiter) | wrongly refused, points |',
    '|---|---|---|---|',
  ];
  for (const factor of [0.9, 1.5, 3, 10, 100]) {
    const outcomes: Outcome[] = [];
    for (const seed of SEEDS)
      outcomes.push(await simulate({ ...UNEVEN, load: factor * UNEVEN.limit, storeIntervalMs, seed }));
    const long = outcomes.map((each) => (each.admittedSettled / each.central.admittedSettled - 1) * 100);
    const worst = outcomes.map(({ worstSecond }) => worstSecond);
    const wrong = outcomes.map((each) => ((each.central.admitted - each.admitted) / each.asked) * 100);
    const central = Math.max(...outcomes.map((each) => each.central.worstSecond));
    const extreme = long.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    lines.push(
      `| ${factor}× | ${mean(long).toFixed(2)} % (${extreme.toFixed(2)} %) | ${mean(worst).toFixed(0)}, ${Math.max(...worst)} (${central}) | ${mean(wrong).toFixed(3)} (${Math.max(...wrong).toFixed(3)}) |`,
    );
  }
  return lines;
}

function print(lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

main().catch((error: Error) => {
  process.stderr.write(`npm run bench:throttle: ${error.message}\n`);
  process.exitCode = 1;
});
