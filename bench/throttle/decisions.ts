import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/platform/package-root';
import { median } from '../shared/statistics';
import type { WorkerFigures } from './decisions-worker';
import { type Goal, markdownTable, type Section, type ThrottleBench } from './throttle-bench';
import { CONTENDER_NAMES, type ContenderName } from './throttle-contenders';

const WARM_NS = 150;
const RANDOM_NS = 400;
const MILLION_MB = 90;
/**
 * A decision that allocates nothing still measures slightly above zero, because the loop around it
 * allocates.
 */
const BYTES_A_DECISION = 1;
/** How many more megabytes ten million addresses may take than those that fill the table. */
const FLOOD_MB = 2;

type Figures = Omit<WorkerFigures, 'name'>;

/**
 * Measures the time of a decision and the memory of a client. Each limiter runs in its own process,
 * in alternating rounds.
 */
export async function measureDecisions({ quick, stopping }: ThrottleBench): Promise<Section> {
  const rounds: WorkerFigures[] = [];
  const roundCount = quick ? 1 : 3;
  for (let round = 0; round < roundCount; round += 1)
    for (const name of CONTENDER_NAMES)
      rounds.push(await runWorker(name, round === 0 && name === 'starling', stopping.signal));
  const medians = CONTENDER_NAMES.map((name) => ({ ...mediansOf(rounds, name), name }));
  const of = (name: ContenderName) => medians.find((each) => each.name === name)!;
  return {
    title: 'A decision',
    lines: [
      `Processor time, medians of ${roundCount} alternating rounds, without the time to make the addresses. Starling holds two policies, the others one.`,
      '',
      ...table(medians),
    ],
    goals: goalsOf(of('starling'), of('rate-limiter-flexible'), of('express-rate-limit')),
    figures: rounds,
  };
}

async function runWorker(
  name: string,
  flood: boolean,
  signal: AbortSignal,
): Promise<WorkerFigures> {
  const script = path.join(packageRoot, 'dist', 'bench', 'throttle', 'decisions-worker.js');
  const words = ['--expose-gc', script, name, ...(flood ? ['flood'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, words, { signal });
  return JSON.parse(stdout) as WorkerFigures;
}

function mediansOf(rounds: readonly WorkerFigures[], name: ContenderName): Figures {
  const own = rounds.filter((each) => each.name === name);
  const of = (value: (figures: WorkerFigures) => number) => median(own.map(value));
  return {
    warmNs: of((each) => each.warmNs),
    warmNsWithoutClock: of((each) => each.warmNsWithoutClock),
    randomNs: of((each) => each.randomNs),
    collections: of((each) => each.collections),
    bytesADecision: of((each) => each.bytesADecision),
    bytesAClient: of((each) => each.bytesAClient),
    heldOfMillion: own[0]!.heldOfMillion,
    flood: own.find(({ flood }) => flood)?.flood ?? null,
  };
}

function table(medians: readonly (Figures & { name: string })[]): string[] {
  const head = [
    '',
    'warm ns',
    'less the clock',
    'a million keys ns',
    'collections in 2 M',
    'bytes per decision',
  ];
  const rows = medians.map((each) => [
    each.name,
    each.warmNs.toFixed(0),
    each.warmNsWithoutClock.toFixed(0),
    each.randomNs.toFixed(0),
    each.collections.toFixed(0),
    each.bytesADecision.toFixed(0),
    each.bytesAClient.toFixed(0),
    each.heldOfMillion === null ? '' : `${each.heldOfMillion}`,
    each.flood ? each.flood.fullMb.toFixed(0) : '',
    each.flood ? each.flood.tenMillionMb.toFixed(0) : '',
  ]);
  return markdownTable(
    [...head, 'bytes per client', 'clients held of 1 M', 'MB when full', 'MB after 10 M keys'],
    rows,
  );
}

function goalsOf(starling: Figures, flexible: Figures, express: Figures): Goal[] {
  const row = (goal: string, text: (figures: Figures) => string, met: boolean): Goal => ({
    goal,
    reached: text(starling),
    met,
    rateLimiterFlexible: text(flexible),
    expressRateLimit: text(express),
  });
  const flood = starling.flood!;
  return [
    row(
      `a decision, warm: ≤ ${WARM_NS} ns`,
      ({ warmNs }) => `${warmNs.toFixed(0)} ns`,
      starling.warmNs <= WARM_NS,
    ),
    row(
      `over a million random keys: ≤ ${RANDOM_NS} ns`,
      ({ randomNs }) => `${randomNs.toFixed(0)} ns`,
      starling.randomNs <= RANDOM_NS,
    ),
    row(
      'nothing allocated',
      ({ bytesADecision, collections }) =>
        `${bytesADecision.toFixed(0)} bytes, ${collections} collections in 2 M`,
      starling.collections === 0 && starling.bytesADecision < BYTES_A_DECISION,
    ),
    row(
      `a million clients: ≤ ${MILLION_MB} MB`,
      ({ bytesAClient }) => `${bytesAClient.toFixed(0)} MB`,
      starling.bytesAClient <= MILLION_MB,
    ),
    {
      goal: 'a hard ceiling under ten million keys',
      reached: `${flood.tenMillionMb.toFixed(0)} MB, full at ${flood.fullMb.toFixed(0)}`,
      met: flood.tenMillionMb - flood.fullMb <= FLOOD_MB,
      rateLimiterFlexible: 'none',
      expressRateLimit: 'none',
    },
  ];
}
