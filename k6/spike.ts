/**
 * Does a sudden tenfold load harm only itself, and does its effect end with it?
 *
 * Sends reads: BASE per second (200) for PHASE (20s), then PEAK (2000), then BASE again. The
 * required bar holds before and after the spike. During the spike, an answer may be a refusal that
 * says when to come back; anything else counts as broken.
 */
import { check } from 'k6';
import type { Options } from 'k6/options';
import { constantArrivals } from './shared/arrivals.ts';
import { commonOptions, missionBar, reported } from './shared/bar.ts';
import { countProducts } from './shared/product-count.ts';
import { createProductPicker } from './shared/product-popularity.ts';
import { reportOn } from './shared/report-files.ts';
import { percent } from './shared/run-report.ts';
import { readCount, readSeconds } from './shared/settings.ts';
import { askAsShoppersDo } from './shared/shop-traffic.ts';
import { get } from './shared/starling-requests.ts';

const base = readCount('BASE', 200, 50_000);
const peak = readCount('PEAK', base * 10, 50_000);
const seconds = readSeconds('PHASE', '20s');
/** A pause after the spike, in which requests in progress may end. */
const PAUSE_SECONDS = 5;
const afterSeconds = 2 * seconds + PAUSE_SECONDS;

export const options: Options = {
  ...commonOptions,
  scenarios: {
    before: constantArrivals({ rate: base, seconds, exec: 'shop' }),
    spike: constantArrivals({ rate: peak, seconds, startSeconds: seconds, exec: 'rush' }),
    after: constantArrivals({ rate: base, seconds, startSeconds: afterSeconds, exec: 'shop' }),
  },
  thresholds: {
    ...missionBar('before', { rate: base, seconds }),
    ...reported('spike'),
    'checks{scenario:spike}': ['rate>0.98'],
    ...missionBar('after', { rate: base, seconds }),
  },
};

export const setup = countProducts;

export function shop(products: number): void {
  askAsShoppersDo(products);
}

/** State of this virtual user. */
let pick: (() => string) | undefined;

export function rush(products: number): void {
  pick ??= createProductPicker(products);
  const answer = get(`/v1/products/${pick()}/reviews`, { kind: 'first page' });
  check(answer, {
    'answered, or refused with a time to come back': ({ status, headers }) =>
      status === 200 || ((status === 429 || status === 503) && Number(headers['Retry-After']) > 0),
  });
}

export const handleSummary = reportOn({
  script: 'spike',
  question: `Does a load of ${peak} requests per second harm only itself, and does its effect end with it?`,
  scenarios: ['before', 'spike', 'after'].map((name) => ({ name, seconds })),
  answer: ([before, spike, after]) => [
    `In the spike, ${spike!.perSecond.toFixed(0)} requests per second were sent and ${percent(spike!.failedShare)} were refused or failed.`,
    `95 % within ${before!.p95Ms.toFixed(0)} ms before it, ${spike!.p95Ms.toFixed(0)} ms in it, ${after!.p95Ms.toFixed(0)} ms after it.`,
  ],
});
