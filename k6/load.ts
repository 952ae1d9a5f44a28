/**
 * Does Starling meet the required bar? 1,000 requests per second of typical shop traffic, under 2 %
 * of them failing, 95 % answered within a second.
 *
 * Sends reads only, at a constant arrival rate, over all products, some of them far more popular
 * than others.
 * Settings: RATE (1000), DURATION (2m).
 */
import type { Options } from 'k6/options';
import { constantArrivals } from './shared/arrivals.ts';
import { commonOptions, missionBar, reportedKinds } from './shared/bar.ts';
import { countProducts } from './shared/product-count.ts';
import { reportOn } from './shared/report-files.ts';
import { percent } from './shared/run-report.ts';
import { readCount, readSeconds } from './shared/settings.ts';
import { askAsShoppersDo, SHOP_KINDS } from './shared/shop-traffic.ts';

const rate = readCount('RATE', 1_000, 50_000);
const seconds = readSeconds('DURATION', '2m');

export const options: Options = {
  ...commonOptions,
  scenarios: { shoppers: constantArrivals({ rate, seconds, exec: 'shop' }) },
  thresholds: { ...missionBar('shoppers', { rate, seconds }), ...reportedKinds(SHOP_KINDS) },
};

export const setup = countProducts;

export function shop(products: number): void {
  askAsShoppersDo(products);
}

export const handleSummary = reportOn({
  script: 'load',
  question: `At ${rate} requests per second, do under 2 % fail and are 95 % answered within a second?`,
  scenarios: [{ name: 'shoppers', seconds }],
  kinds: SHOP_KINDS,
  answer: ([shoppers]) => [
    `${shoppers!.perSecond.toFixed(0)} per second; ${percent(shoppers!.failedShare)} failed; ` +
      `95 % within ${shoppers!.p95Ms.toFixed(0)} ms.`,
  ],
});
