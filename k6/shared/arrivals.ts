import type { ConstantArrivalRateScenario } from 'k6/options';

export interface Arrivals {
  /** A second. They come at that rate whether or not those before were answered, as shoppers do. */
  rate: number;
  seconds: number;
  startSeconds?: number;
  /** The exported function that one arrival runs. */
  exec: string;
}

/**
 * k6 keeps a JavaScript machine for each of them, together with its connections under 1 MB (680 MB
 * for a thousand).
 */
const VIRTUAL_USERS_MAX = 2_000;
/** So that a few slow answers do not use them up where hardly anything arrives. */
const VIRTUAL_USERS_MIN = 50;

/**
 * Arrivals at a constant rate. Bound: as many are under way as arrive in a second, or 2,000; where
 * more would be, k6 drops them and counts `dropped_iterations`, which the bar holds to almost none.
 * So a slow server cannot pass by being asked less.
 */
export function constantArrivals(arrivals: Arrivals): ConstantArrivalRateScenario {
  const { rate, seconds, startSeconds = 0, exec } = arrivals;
  const usersMax = Math.min(Math.max(rate, VIRTUAL_USERS_MIN), VIRTUAL_USERS_MAX);
  return {
    executor: 'constant-arrival-rate',
    rate,
    timeUnit: '1s',
    duration: `${seconds}s`,
    startTime: `${startSeconds}s`,
    // All of them before the run: to start one takes so long that k6 would drop what arrives
    // meanwhile.
    preAllocatedVUs: usersMax,
    gracefulStop: '5s',
    exec,
  };
}
