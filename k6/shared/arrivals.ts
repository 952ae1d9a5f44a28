import type { ConstantArrivalRateScenario } from 'k6/options';

export interface Arrivals {
  /**
   * Arrivals per second. Like shoppers, they come at this rate whether or not earlier requests were
   * answered.
   */
  rate: number;
  seconds: number;
  startSeconds?: number;
  /** The exported function that one arrival runs. */
  exec: string;
}

/**
 * k6 keeps a JavaScript runtime for each virtual user, with its connections under 1 MB (680 MB for
 * a thousand).
 */
const VIRTUAL_USERS_MAX = 2_000;
/** Enough that a few slow answers at a low rate do not use up all virtual users. */
const VIRTUAL_USERS_MIN = 50;

/**
 * Creates a scenario with arrivals at a constant rate.
 *
 * Bound: at most as many requests are in progress as arrive in a second, and at most 2,000.
 * Failure: k6 drops arrivals above that and counts them as `dropped_iterations`, of which the bar
 * allows almost none. So a slow server cannot pass because it gets fewer requests.
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
    // Start all virtual users before the run: starting one takes so long that k6 would drop
    // arrivals meanwhile.
    preAllocatedVUs: usersMax,
    gracefulStop: '5s',
    exec,
  };
}
