/**
 * Does a client that sends three times its quota get what its quota allows, no more and hardly
 * less, and is no other client refused?
 *
 * Sends reads with the KEY of an API client whose rules allow QUOTA per second (100) and BURST at
 * once (default: QUOTA), at FACTOR times the quota (3), for DURATION (20s). Beside it, ten reads
 * per second go without a key. k6/README.md says how to create such a client. The throttle must be
 * on.
 */
import { check } from 'k6';
import { Counter } from 'k6/metrics';
import type { Options } from 'k6/options';
import { constantArrivals } from './shared/arrivals.ts';
import { commonOptions, missionBar, reported } from './shared/bar.ts';
import { countProducts } from './shared/product-count.ts';
import { createProductPicker } from './shared/product-popularity.ts';
import { reportOn } from './shared/report-files.ts';
import { apiKey, readCount, readSeconds } from './shared/settings.ts';
import { get } from './shared/starling-requests.ts';

if (apiKey === '')
  throw new Error(
    'KEY must be the key of an API client with a small quota; k6/README.md says how to make one',
  );
const quota = readCount('QUOTA', 100, 10_000);
const burst = readCount('BURST', quota, 100_000);
const factor = readCount('FACTOR', 3, 100);
const seconds = readSeconds('DURATION', '20s');
const greedy = { rate: quota * factor, seconds };
const modest = { rate: 10, seconds };

/**
 * One limiter would admit the burst and what the quota allows meanwhile. Six limiters that exchange
 * their counts afterwards may exceed that by one burst before they know of a client
 * (docs/throttling.md gives the worst case), and may refuse slightly too early.
 */
const fair = burst + quota * seconds;
const admittedMax = Math.ceil(fair * 1.05 + burst);
const admittedMin = Math.floor(quota * seconds * 0.9);

const admitted = new Counter('admitted');
const refused = new Counter('refused');

export const options: Options = {
  ...commonOptions,
  scenarios: {
    greedy: constantArrivals({ ...greedy, exec: 'askTooMuch' }),
    modest: constantArrivals({ ...modest, exec: 'askALittle' }),
  },
  thresholds: {
    ...reported('greedy'),
    'http_req_failed{scenario:greedy}': ['rate<0.02'],
    'checks{scenario:greedy}': ['rate==1'],
    admitted: [`count<=${admittedMax}`, `count>=${admittedMin}`],
    refused: ['count>0'],
    ...missionBar('modest', modest),
    'http_req_failed{scenario:modest}': ['rate==0'],
  },
};

/**
 * Counts the products.
 * @throws if the key's quota is not QUOTA
 */
export function setup(): number {
  const products = countProducts();
  const answer = get('/v1/products/1/summary', { kind: 'quota' });
  const policy = answer.headers['Ratelimit-Policy'] ?? 'none';
  if (!policy.includes(`q=${quota};w=1`))
    throw new Error(
      `QUOTA must match the client's rules: they say ${policy}, and QUOTA is ${quota}`,
    );
  return products;
}

/** State of this virtual user. */
let pick: (() => string) | undefined;

export function askTooMuch(products: number): void {
  pick ??= createProductPicker(products);
  const answer = get(`/v1/products/${pick()}/reviews?limit=1`, {
    kind: 'greedy',
    expects: [200, 429],
  });
  if (answer.status === 200) admitted.add(1);
  if (answer.status !== 429) return;
  refused.add(1);
  check(answer, {
    'a refusal says why and when to come back': ({ headers, body }) =>
      Number(headers['Retry-After']) >= 1 && (body?.includes('quota-exceeded') ?? false),
  });
}

export function askALittle(products: number): void {
  pick ??= createProductPicker(products);
  // Bypass Nginx's cache: it would answer without asking the throttle.
  const headers = { 'Cache-Control': 'no-cache' };
  const answer = get(`/v1/products/${pick()}/summary`, {
    kind: 'modest',
    headers,
    isAnonymous: true,
  });
  check(answer, { 'a client below its quota is not refused': ({ status }) => status === 200 });
}

export const handleSummary = reportOn({
  script: 'throttle',
  question: `Does a client with a quota of ${quota} per second that sends ${greedy.rate} get its quota, and is no other client refused?`,
  scenarios: ['greedy', 'modest'].map((name) => ({ name, seconds })),
  answer: (_scenarios, { metrics }) => {
    const count = (name: string) => metrics[name]?.values.count ?? 0;
    return [
      `${count('admitted')} requests were admitted and ${count('refused')} refused; one limiter would have admitted ${fair}.`,
    ];
  },
});
