import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../scripts/local/poll';
import { quantile } from '../shared/statistics';
import type { BreakableStore } from './breakable-store';
import { type Agreement, agreementWithOne } from './one-limiter';
import type { Fleet } from './throttle-fleet';
import { type Answer, sendUnevenly } from './uneven-load';

/**
 * The trials for six processes: one client's requests, spread unevenly over them, with shares that
 * rotate.
 */
export const LIMIT = 100;
const UNEVEN = { parts: [0.5, 0.25, 0.12, 0.07, 0.04, 0.02], turnSeconds: 3 };
const BELOW_CLIENTS = 5;
const BELOW_REQUESTS_PER_SECOND = 0.9 * LIMIT;
const OVERLOAD_REQUESTS_PER_SECOND = 10 * LIMIT;
const OUTAGE_REQUESTS_PER_SECOND = 5 * LIMIT;
/** How long instances may miss the store after its return. */
const BACK_MS = 2_000;

type Target = Pick<Fleet, 'urls'>;

let clients = 0;

/** Sends a load from a new client, which has spent nothing yet. */
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

/**
 * Sends ten times the limit from a new client.
 * @param settledMs when the first burst is over
 */
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
  /** Refused requests that one limiter would have admitted. */
  wronglyRefused: number;
}

/** Sends nine tenths of the limit from each of several clients at once. */
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
   * Requests sent while the store was away, and those of them with no answer or a status of 500 or
   * above.
   */
  asked: number;
  errors: number;
  /** For each cycle: milliseconds until the slowest instance had heard the others again. */
  heardAgainMs: number[];
  /** Admissions from two seconds after each return until the next outage. */
  back: { admitted: number; admittedByOne: number };
}

/** Milliseconds per request. */
export interface Times {
  p50: number;
  p99: number;
  max: number;
}

/**
 * Breaks the store and restores it, under five times the limit. `isStarling`: the instances report
 * when they hear each other.
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
 * Returns the milliseconds from now until each instance has heard the others.
 * @throws if an instance has not within fifteen seconds
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
