/**
 * What is the highest rate at which Starling still meets the bar (under 2 % fail, 95 % answered
 * within a second)?
 *
 * Sends reads at one constant rate after another, each for STEP (20s): RATES
 * (500,1000,1500,2000,3000,4000,6000). The run fails if a rate up to FLOOR (1000, the required
 * rate) misses the bar; above it, the report only shows the result. Use CACHE=bypass to reach the
 * instances through Nginx.
 */
import type { Options } from 'k6/options';
import { constantArrivals } from './shared/arrivals.ts';
import { commonOptions, missionBar, reported } from './shared/bar.ts';
import { countProducts } from './shared/product-count.ts';
import { reportOn } from './shared/report-files.ts';
import type { Numbers } from './shared/run-report.ts';
import { readCount, readCounts, readSeconds } from './shared/settings.ts';
import { askAsShoppersDo } from './shared/shop-traffic.ts';

const rates = readCounts('RATES', '500,1000,1500,2000,3000,4000,6000', 50_000);
const floor = readCount('FLOOR', 1_000, 50_000);
const seconds = readSeconds('STEP', '20s');
/** A pause in which the requests of the step before end. */
const PAUSE_SECONDS = 5;

const steps = rates.map((rate, i) => ({
  name: `at_${rate}`,
  rate,
  arrivals: constantArrivals({
    rate,
    seconds,
    startSeconds: i * (seconds + PAUSE_SECONDS),
    exec: 'shop',
  }),
}));

export const options: Options = {
  ...commonOptions,
  scenarios: Object.fromEntries(steps.map(({ name, arrivals }) => [name, arrivals])),
  thresholds: Object.assign(
    {},
    ...steps.map(({ name, rate }) =>
      rate <= floor ? missionBar(name, { rate, seconds }) : reported(name),
    ),
  ),
};

export const setup = countProducts;

export function shop(products: number): void {
  askAsShoppersDo(products);
}

const DROPPED_SHARE_MAX = 0.02;

function meetsTheBar({ failedShare, p95Ms, dropped, requests }: Numbers): boolean {
  return (
    failedShare < 0.02 &&
    p95Ms < 1_000 &&
    requests > 0 &&
    dropped < DROPPED_SHARE_MAX * (requests + dropped)
  );
}

export const handleSummary = reportOn({
  script: 'stress',
  question:
    'What is the highest rate at which under 2 % fail and 95 % are answered within a second?',
  scenarios: steps.map(({ name }) => ({ name, seconds })),
  answer: (scenarios) => {
    const missed = scenarios.findIndex((each) => !meetsTheBar(each));
    if (missed === -1)
      return [`Not reached: even ${rates.at(-1)} requests per second meet the bar.`];
    if (missed === 0)
      return [`Below the lowest rate: ${rates[0]} requests per second miss the bar.`];
    return [`Between ${rates[missed - 1]} and ${rates[missed]} requests per second.`];
  },
});
