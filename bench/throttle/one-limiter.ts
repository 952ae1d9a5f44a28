import type { Answer } from './uneven-load';

/**
 * Returns the requests that one limiter would have admitted if it had seen all requests at the
 * times at which they came. This is the measure for six instances that decide separately. If the
 * load generator stalls, the load changes, but it is the same for both.
 *
 * This is a second, plain implementation of GCRA, so that an error in the service's own does not
 * repeat in its measure.
 *
 * @param arrivalsMs ascending
 * @param rate units per second
 * @param burst units at once
 * @returns the admitted entries of `arrivalsMs`
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
  /** Admissions by one limiter. */
  admittedByOne: number;
  /** Admissions in the fullest second, wherever it begins. */
  worstSecond: number;
  worstSecondByOne: number;
}

/**
 * Compares the admissions of one client by several instances with those by one limiter, within a
 * part of a load. A request counts at the time of its answer, because an instance decides when it
 * gets to a request, not when the request was sent.
 *
 * @param answers all answers since the client's first request, in order of time
 * @param burst the same as the rate by default
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
 * Returns the largest number of entries in any window of one second.
 * @param times ascending, in milliseconds
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
