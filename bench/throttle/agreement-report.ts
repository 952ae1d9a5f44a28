import type { LimiterName, StoreName, Trials } from './agreement';
import { type Goal, markdownTable, type Section } from './throttle-bench';
import { LIMIT, type Outage, type Times } from './trials';

const LONG_RUN_PERCENT = 1;
const WORST_SECOND_PERCENT = 5;
const WRONGLY_REFUSED_POINTS = 0.1;
const SLOWER_MS = 5;
const BACK_MS = 2_000;
/**
 * How far the six may differ from one limiter after that: a few seconds of admission, of which one
 * exchange is a part.
 */
const BACK_PERCENT = 5;
const RULES_MS = 3_000;

/** Reports the trials over one store, as text and as goals. */
export function reportTrials(store: StoreName, trials: readonly Trials[]): Section {
  const of = (name: LimiterName) => trials.find(({ limiter }) => limiter === name);
  const goal = (
    text: string,
    value: (trial: Trials) => string | undefined,
    met: boolean,
  ): Goal => ({
    goal: `${text} (${store})`,
    reached: value(starling) ?? '',
    met,
    ...columnsOf(value, of('rate-limiter-flexible'), of('express-rate-limit')),
  });
  const starling = of('starling')!;
  const goals = [
    goal(
      `six uneven at 10×, long run: ±${LONG_RUN_PERCENT} %`,
      (trial) => signed(longRunPercent(trial)),
      Math.abs(longRunPercent(starling)) <= LONG_RUN_PERCENT,
    ),
    goal(
      `six uneven at 10×, worst second: ≤ +${WORST_SECOND_PERCENT} %`,
      (trial) => signed(worstSecondPercent(trial)),
      worstSecondPercent(starling) <= WORST_SECOND_PERCENT,
    ),
    goal(
      `six uneven at 0.9×: ≤ ${WRONGLY_REFUSED_POINTS} points refused wrongly`,
      (trial) => wronglyRefusedPoints(trial).toFixed(2),
      wronglyRefusedPoints(starling) <= WRONGLY_REFUSED_POINTS,
    ),
  ];
  for (const outage of starling.outages) {
    const same = (trial: Trials) => trial.outages.find(({ fate }) => fate === outage.fate);
    goals.push(
      ...outageGoals(outage, of('rate-limiter-flexible') && same(of('rate-limiter-flexible')!)),
    );
  }
  if (starling.rules) {
    const { tookMs, brokenChangedNothing } = starling.rules;
    const slowest = Math.max(...tookMs);
    goals.push({
      goal: `new rules on all six: ≤ ${RULES_MS / 1_000} s`,
      reached: seconds(slowest),
      met: slowest <= RULES_MS,
    });
    goals.push({
      goal: 'a broken rule set changes nothing',
      reached: brokenChangedNothing ? 'nothing' : 'the version in force',
      met: brokenChangedNothing,
    });
  }
  return {
    title: `Six processes that agree through ${store}`,
    lines: [
      `One client's requests, spread 50/25/12/7/4/2 % over the instances and rotated every 3 s; limit and burst ${LIMIT}/s. In brackets: what one limiter admits of the same requests at the same times.`,
      '',
      ...agreementTable(trials),
      '',
      'Five times the limit while the store goes away and comes back. Milliseconds per request before the outage and during it.',
      '',
      ...outageTable(trials),
    ],
    goals,
    figures: trials,
  };
}

function columnsOf(
  value: (trial: Trials) => string | undefined,
  flexible?: Trials,
  express?: Trials,
) {
  const columns: Pick<Goal, 'rateLimiterFlexible' | 'expressRateLimit'> = {};
  const [first, second] = [flexible && value(flexible), express && value(express)];
  if (first !== undefined) columns.rateLimiterFlexible = first;
  if (second !== undefined) columns.expressRateLimit = second;
  return columns;
}

function outageGoals(outage: Outage, flexible: Outage | undefined): Goal[] {
  const row = (goal: string, text: (each: Outage) => string, met: boolean): Goal => ({
    goal: `${outage.fate}: ${goal}`,
    reached: text(outage),
    met,
    ...(flexible && { rateLimiterFlexible: text(flexible) }),
  });
  const { before, away, errors, heardAgainMs } = outage;
  const slowest = Math.max(...heardAgainMs);
  return [
    row(
      `no request ${SLOWER_MS} ms slower`,
      (each) =>
        `p50 ${change(each, 'p50')}, p99 ${change(each, 'p99')}, max ${change(each, 'max')} ms`,
      away.p99 - before.p99 <= SLOWER_MS && away.max - before.max <= SLOWER_MS,
    ),
    row('no error', (each) => `${each.errors} of ${each.asked}`, errors === 0),
    row(
      `in agreement again: ≤ ${BACK_MS / 1_000} s`,
      (each) => {
        const heard =
          each.heardAgainMs.length > 0 ? `${seconds(Math.max(...each.heardAgainMs))}, ` : '';
        return `${heard}then ${signed(backPercent(each))}`;
      },
      slowest <= BACK_MS && Math.abs(backPercent(outage)) <= BACK_PERCENT,
    ),
  ];
}

function agreementTable(trials: readonly Trials[]): string[] {
  const rows = trials.map((trial) => {
    const { settled, whole, errors } = trial.overload;
    return [
      nameOf(trial),
      `${settled.admitted} of ${settled.asked} (${settled.admittedByOne})`,
      signed(longRunPercent(trial)),
      `${whole.worstSecond} (${whole.worstSecondByOne})`,
      `${trial.below.wronglyRefused} of ${trial.below.asked}`,
      wronglyRefusedPoints(trial).toFixed(2),
      `${errors}`,
    ];
  });
  const head = ['', '10×: admitted (one)', 'long run', 'worst second (one)'];
  return markdownTable([...head, '0.9×: refused wrongly', 'points', 'errors'], rows);
}

function outageTable(trials: readonly Trials[]): string[] {
  const rows = trials.flatMap((trial) =>
    trial.outages.map((outage) => [
      `${nameOf(trial)}: ${outage.fate}`,
      times(outage.before),
      times(outage.away),
      `${outage.errors} of ${outage.asked}`,
      outage.heardAgainMs.map(seconds).join(', '),
      `${outage.back.admitted} (${outage.back.admittedByOne})`,
    ]),
  );
  const head = [
    '',
    'before: p50, p99, max',
    'away',
    'errors',
    'heard again',
    'admitted from 2 s on (one)',
  ];
  return markdownTable(head, rows);
}

function nameOf({ limiter, store }: Trials): string {
  return store === 'none' ? `${limiter}, a sixth each` : `${limiter}, ${store}`;
}

function longRunPercent({ overload: { settled } }: Trials): number {
  return (settled.admitted / settled.admittedByOne - 1) * 100;
}

function worstSecondPercent({ overload: { whole } }: Trials): number {
  return (whole.worstSecond / whole.worstSecondByOne - 1) * 100;
}

function wronglyRefusedPoints({ below }: Trials): number {
  return (below.wronglyRefused / below.asked) * 100;
}

function backPercent({ back }: Outage): number {
  return (back.admitted / back.admittedByOne - 1) * 100;
}

function change({ before, away }: Outage, name: keyof Times): string {
  return `${before[name].toFixed(1)} → ${away[name].toFixed(1)}`;
}

function times({ p50, p99, max }: Times): string {
  return `${p50.toFixed(1)}, ${p99.toFixed(1)}, ${max.toFixed(1)}`;
}

function signed(percent: number): string {
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
