import type { Answer } from './uneven-load';

/**
 * What one limiter that sees everything would have admitted of requests that did come, when they
 * came: the measure of six that decide apart. A load generator that stalls sends another load than
 * it was asked for, but both get the same one.
 *
 * GCRA, written once more and as plainly as can be, so that an error in the service's own is not
 * also in its measure.
 *
 * @param arrivalsMs ascending
 * @param rate units a second
 * @param burst units at once
 * @returns those of `arrivalsMs` that are admitted
 */
export function admitAsOne(arrivalsMs: readonly number[], rate: number, burst: number): number[] {
  const intervalMs = 1_000 / rate;
  let untouchedAt = 0;
  return arrivalsMs.filter((at) => {
    const next = Math.max(untouchedAt, at) + intervalMs;
    if (next - at > burst * intervalMs + 1e-6) return false;
    untouchedAt = next;
    return true;
  });
}

export interface Agreement {
  asked: number;
  admitted: number;
  /** What one limiter would have admitted. */
  admittedByOne: number;
  /** Admissions in the fullest second, wherever it begins. */
  worstSecond: number;
  worstSecondByOne: number;
}

/**
 * Admission of one client by several instances beside that by one limiter, in part of a load. An
 * answer counts when it is given: an instance decides when it comes to a request, however long that
 * lay before it.
 *
 * @param answers all since the client's first, in their order
 * @param burst as large as the rate unless it is given
 */
export function agreementWithOne(
  answers: readonly Answer[],
  rate: number,
  { fromMs = 0, toMs = Number.POSITIVE_INFINITY, burst = rate } = {},
): Agreement {
  const within = (at: number) => at > fromMs && at <= toMs;
  const times = answers.map(({ atMs }) => atMs);
  const admitted = answers.filter(({ status }) => status === 200).map(({ atMs }) => atMs);
  const byOne = admitAsOne(times, rate, burst).filter(within);
  const byThese = admitted.filter(within);
  return {
    asked: times.filter(within).length,
    admitted: byThese.length,
    admittedByOne: byOne.length,
    worstSecond: fullestSecond(byThese),
    worstSecondByOne: fullestSecond(byOne),
  };
}

/**
 * The most entries in any window of one second, wherever it begins. @param times ascending, in
 * milliseconds
 */
export function fullestSecond(times: readonly number[]): number {
  let fullest = 0;
  let first = 0;
  for (const [index, at] of times.entries()) {
    while (times[first]! <= at - 1_000) first += 1;
    fullest = Math.max(fullest, index - first + 1);
  }
  return fullest;
}
