import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../scripts/local/poll';
import { quantile } from '../shared/statistics';
import type { BreakableStore } from './breakable-store';
import { type Agreement, agreementWithOne } from './one-limiter';
import type { Fleet } from './throttle-fleet';
import { type Answer, sendUnevenly } from './uneven-load';

/** What six processes are put to, one client's requests spread unevenly over them and turning. */
export const LIMIT = 100;
const UNEVEN = { parts: [0.5, 0.25, 0.12, 0.07, 0.04, 0.02], turnSeconds: 3 };
const BELOW_CLIENTS = 5;
const BELOW_REQUESTS_PER_SECOND = 0.9 * LIMIT;
const OVERLOAD_REQUESTS_PER_SECOND = 10 * LIMIT;
const OUTAGE_REQUESTS_PER_SECOND = 5 * LIMIT;
/** For so long after its return a store may go unheard. */
const BACK_MS = 2_000;

type Target = Pick<Fleet, 'urls'>;

let clients = 0;

/** Each load is another client, who has spent nothing yet. */
function send({ urls }: Target, requestsPerSecond: number, seconds: number): Promise<Answer[]> {
  clients += 1;
  return sendUnevenly({
    ...UNEVEN,
    urls,
    address: `203.0.113.${clients}`,
    requestsPerSecond,
    seconds,
  });
}

export interface Overload {
  /** After the first burst. */
  settled: Agreement;
  /** From the client's first request on. */
  whole: Agreement;
  errors: number;
}

/** Ten times the limit, from nothing. @param settledMs when the first burst is over */
export async function overload(
  fleet: Target,
  seconds: number,
  settledMs: number,
): Promise<Overload> {
  const answers = await send(fleet, OVERLOAD_REQUESTS_PER_SECOND, seconds);
  return {
    settled: agreementWithOne(answers, LIMIT, { fromMs: settledMs }),
    whole: agreementWithOne(answers, LIMIT),
    errors: countErrors(answers),
  };
}

export interface BelowLimit {
  asked: number;
  /** One limiter would have admitted them. */
  wronglyRefused: number;
}

/** Nine tenths of the limit, several clients at once. */
export async function stayBelow(fleet: Target, seconds: number): Promise<BelowLimit> {
  const loads = Array.from({ length: BELOW_CLIENTS }, () =>
    send(fleet, BELOW_REQUESTS_PER_SECOND, seconds),
  );
  const agreements = (await Promise.all(loads)).map((answers) => agreementWithOne(answers, LIMIT));
  const sum = (value: (agreement: Agreement) => number) =>
    agreements.reduce((total, each) => total + value(each), 0);
  return {
    asked: sum(({ asked }) => asked),
    wronglyRefused: sum(({ admitted, admittedByOne }) => Math.max(0, admittedByOne - admitted)),
  };
}

export interface OutagePlan {
  cycles: number;
  beforeMs: number;
  awayMs: number;
  backMs: number;
}

export interface Outage {
  fate: string;
  before: Times;
  away: Times;
  /**
   * Requests sent while the store was away, and those of them without an answer or with one of 500
   * and above.
   */
  asked: number;
  errors: number;
  /** Of the instance that took longest, in each cycle, until it had heard the others again. */
  heardAgainMs: number[];
  /** From two seconds after each return until the next outage. */
  back: { admitted: number; admittedByOne: number };
}

/** Milliseconds a request. */
export interface Times {
  p50: number;
  p99: number;
  max: number;
}

/**
 * Takes the store away and gives it back, under five times the limit. `isStarling`: the instances
 * say when they hear each other.
 */
export async function breakStore(
  fleet: Target,
  store: BreakableStore,
  plan: OutagePlan,
  isStarling: boolean,
): Promise<Outage> {
  const cycleMs = plan.beforeMs + plan.awayMs + plan.backMs;
  const start = performance.now();
  const sinceStart = () => performance.now() - start;
  const load = send(fleet, OUTAGE_REQUESTS_PER_SECOND, (plan.cycles * cycleMs) / 1_000);
  const marks: { takenMs: number; returnedMs: number; endMs: number }[] = [];
  const heardAgainMs: number[] = [];
  for (let cycle = 0; cycle < plan.cycles; cycle += 1) {
    const sleepUntil = (ms: number) => sleep(Math.max(0, cycle * cycleMs + ms - sinceStart()));
    await sleepUntil(plan.beforeMs);
    await store.takeAway();
    const takenMs = sinceStart();
    if (store.remade && isStarling) heardAgainMs.push(await untilHeard(fleet));
    await sleepUntil(plan.beforeMs + plan.awayMs);
    await store.giveBack();
    const returnedMs = sinceStart();
    if (!store.remade && isStarling) heardAgainMs.push(await untilHeard(fleet));
    marks.push({ takenMs, returnedMs, endMs: (cycle + 1) * cycleMs });
  }
  const answers = await load;

  const sentWithin = (from: number, to: number) =>
    answers.filter(({ atMs, tookMs }) => atMs - tookMs >= from && atMs - tookMs < to);
  const before = marks.flatMap(({ takenMs }) => sentWithin(takenMs - plan.beforeMs / 2, takenMs));
  const away = marks.flatMap(({ takenMs, returnedMs }) => sentWithin(takenMs, returnedMs));
  const back = marks.map(({ takenMs, returnedMs, endMs }) => {
    const returned = store.remade ? takenMs : returnedMs;
    return agreementWithOne(answers, LIMIT, { fromMs: returned + BACK_MS, toMs: endMs });
  });
  return {
    fate: store.fate,
    before: timesOf(before),
    away: timesOf(away),
    asked: away.length,
    errors: countErrors(away),
    heardAgainMs,
    back: {
      admitted: back.reduce((sum, { admitted }) => sum + admitted, 0),
      admittedByOne: back.reduce((sum, { admittedByOne }) => sum + admittedByOne, 0),
    },
  };
}

/**
 * Milliseconds from now until each instance has heard the others. @throws when one has not in
 * fifteen seconds
 */
async function untilHeard({ urls }: Target): Promise<number> {
  const began = performance.now();
  const hasHeard = async (url: string) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const ageSeconds = Number(/^starling_throttle_exchange_age_seconds (\S+)/m.exec(text)?.[1]);
    return ageSeconds * 1_000 < performance.now() - began;
  };
  await Promise.all(urls.map((url) => until(`${url} has heard the others`, () => hasHeard(url))));
  return performance.now() - began;
}

function countErrors(answers: readonly Answer[]): number {
  return answers.filter(({ status }) => status === 0 || status >= 500).length;
}

function timesOf(answers: readonly Answer[]): Times {
  const took = answers.map(({ tookMs }) => tookMs);
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), max: quantile(took, 1) };
}
