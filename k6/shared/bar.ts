import type { Options } from 'k6/options';
import type { Arrivals } from './arrivals.ts';

export type Thresholds = Record<string, string[]>;

/** Options of every run. */
export const commonOptions: Options = {
  // The tags do not include the URL, because there are many products.
  systemTags: ['method', 'status', 'name', 'scenario', 'check', 'expected_response', 'error_code'],
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
  userAgent: 'starling-k6',
  setupTimeout: '60s',
};

/**
 * Allowed dropped arrivals: this share of all, and what arrives in a quarter of a second while k6
 * still starts virtual users.
 */
const DROPPED_SHARE_MAX = 0.01;
const DROPPED_SECONDS_MAX = 0.25;

/**
 * The required bar for one scenario: under 2 % fail, 95 % are answered within a second, every
 * answer is about what was requested, and all of this at the requested rate. If a threshold is
 * crossed, the run ends with exit code 99.
 */
export function missionBar(
  scenario: string,
  { rate, seconds }: Pick<Arrivals, 'rate' | 'seconds'>,
): Thresholds {
  const dropped = Math.ceil(rate * (seconds * DROPPED_SHARE_MAX + DROPPED_SECONDS_MAX));
  return {
    [`http_req_failed{scenario:${scenario}}`]: ['rate<0.02'],
    [`http_req_duration{scenario:${scenario}}`]: ['p(95)<1000'],
    [`checks{scenario:${scenario}}`]: ['rate==1'],
    [`iterations{scenario:${scenario}}`]: [`count>=${rate * seconds - dropped - 1}`],
    [`dropped_iterations{scenario:${scenario}}`]: [`count<=${dropped}`],
    [`http_reqs{scenario:${scenario}}`]: ['count>=0'],
  };
}

/**
 * Thresholds that cannot be crossed. They make k6 keep the numbers of a scenario for the report.
 */
export function reported(scenario: string): Thresholds {
  return {
    [`http_req_failed{scenario:${scenario}}`]: ['rate<=1'],
    [`http_req_duration{scenario:${scenario}}`]: ['max>=0'],
    [`dropped_iterations{scenario:${scenario}}`]: ['count>=0'],
    [`http_reqs{scenario:${scenario}}`]: ['count>=0'],
  };
}

/** Does the same for kinds of requests. */
export function reportedKinds(kinds: readonly string[]): Thresholds {
  return Object.fromEntries(
    kinds.flatMap((kind) => [
      [`http_req_failed{name:${kind}}`, ['rate<=1']],
      [`http_req_duration{name:${kind}}`, ['max>=0']],
      [`http_reqs{name:${kind}}`, ['count>=0']],
    ]),
  );
}
