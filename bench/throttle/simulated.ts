import { markdownTable, type Section, type ThrottleBench } from './throttle-bench';
import { type Outcome, type Scenario, simulate } from './throttle-simulation';

const UNEVEN: Omit<Scenario, 'load' | 'storeIntervalMs' | 'seed' | 'seconds'> = {
  limit: 100,
  burst: 100,
  parts: [0.5, 0.25, 0.12, 0.07, 0.04, 0.02],
  turnSeconds: 3,
  storeLatencyMs: 4,
};
const STORES = { PostgreSQL: 250, Valkey: 100 };
const LOADS = [0.9, 1.5, 3, 10, 100];

/**
 * Simulates the same six instances on an artificial clock. This shows the algorithm without the
 * influence of a machine, at more loads and with several random seeds.
 */
export async function measureSimulated({ quick }: ThrottleBench): Promise<Section> {
  const seeds = quick ? [1] : [1, 2, 3, 4, 5];
  const seconds = quick ? 30 : 60;
  const rows: string[][] = [];
  for (const [store, storeIntervalMs] of Object.entries(STORES))
    for (const factor of LOADS) {
      const outcomes: Outcome[] = [];
      for (const seed of seeds) {
        const load = factor * UNEVEN.limit;
        outcomes.push(await simulate({ ...UNEVEN, seconds, load, storeIntervalMs, seed }));
        await new Promise((resolve) => setImmediate(resolve)); // for Ctrl-C
      }
      rows.push([store, `${factor}×`, ...cellsOf(outcomes)]);
    }
  return {
    title: 'Six simulated',
    lines: [
      `The same setup on an artificial clock, with requests at random times. ${seeds.length} runs of ${seconds} s each; mean (worst).`,
      '',
      ...markdownTable(
        [
          '',
          'load',
          'long run against one limiter',
          'worst second (one)',
          'wrongly refused, points',
        ],
        rows,
      ),
    ],
    goals: [],
    figures: rows,
  };
}

function cellsOf(outcomes: readonly Outcome[]): string[] {
  const long = outcomes.map(
    (each) => (each.admittedSettled / each.central.admittedSettled - 1) * 100,
  );
  const worst = outcomes.map(({ worstSecond }) => worstSecond);
  const wrong = outcomes.map(
    (each) => ((each.central.admitted - each.admitted) / each.asked) * 100,
  );
  const central = Math.max(...outcomes.map((each) => each.central.worstSecond));
  const extreme = long.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return [
    `${mean(long).toFixed(2)} % (${extreme.toFixed(2)} %)`,
    `${mean(worst).toFixed(0)}, ${Math.max(...worst)} (${central})`,
    `${mean(wrong).toFixed(3)} (${Math.max(...wrong).toFixed(3)})`,
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
