/**
 * Does anything grow, leak or slow down over hours?
 *
 * Sends reads at RATE per second (300) for DURATION (1h) and reports each quarter. Every quarter
 * must meet the bar, and the report compares the last with the first. It does not cover the
 * instances' memory; see their metrics for that (docs/running.md).
 */
import type { Options } from 'k6/options';
import { constantArrivals } from './shared/arrivals.ts';
import { commonOptions, missionBar } from './shared/bar.ts';
import { countProducts } from './shared/product-count.ts';
import { reportOn } from './shared/report-files.ts';
import { readCount, readSeconds } from './shared/settings.ts';
import { askAsShoppersDo } from './shared/shop-traffic.ts';

const rate = readCount('RATE', 300, 50_000);
const seconds = Math.ceil(readSeconds('DURATION', '1h') / 4);
const quarters = ['quarter_1', 'quarter_2', 'quarter_3', 'quarter_4'];

export const options: Options = {
  ...commonOptions,
  scenarios: Object.fromEntries(
    quarters.map((name, i) => [
      name,
      constantArrivals({ rate, seconds, startSeconds: i * seconds, exec: 'shop' }),
    ]),
  ),
  thresholds: Object.assign({}, ...quarters.map((name) => missionBar(name, { rate, seconds }))),
};

export const setup = countProducts;

export function shop(products: number): void {
  askAsShoppersDo(products);
}

export const handleSummary = reportOn({
  script: 'soak',
  question: `After ${4 * seconds} s of ${rate} requests per second, is it as fast as in the beginning?`,
  scenarios: quarters.map((name) => ({ name, seconds })),
  answer: (scenarios) => {
    const [first, last] = [scenarios[0]!, scenarios[3]!];
    const ratio = (last.p95Ms / first.p95Ms).toFixed(2);
    return [
      `95 % within ${first.p95Ms.toFixed(0)} ms in the first quarter and ${last.p95Ms.toFixed(0)} ms in the last: ${ratio} times.`,
    ];
  },
});
