/**
 * Does a client that asks for three times its quota get what the quota says, no more and hardly
 * less, and is nobody else refused?
 *
 * Reads with the KEY of an API client whose rules say QUOTA a second (100) and BURST at once (as
 * many as QUOTA), at FACTOR times that (3) for DURATION (20s); beside it, ten reads a second
 * without a key. k6/README.md says how to make such a client. Needs the throttle to be on.
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
 * One limiter would admit the burst and what comes back meanwhile. Six that tell each other
 * afterwards may exceed that by a burst while they get to know a client (docs/throttling.md has the
 * worst case), and may refuse a little too early.
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

/** @throws when the key's quota is not the one that the run reckons with */
export function setup(): number {
  const products = countProducts();
  const answer = get('/v1/products/1/summary', { kind: 'quota' });
  const policy = answer.headers['Ratelimit-Policy'] ?? 'none';
  if (!policy.includes(`q=${quota};w=1`))
    throw new Error(
      `QUOTA must be what the client's rules say: they say ${policy}, and QUOTA is ${quota}`,
    );
  return products;
}

/** Of this virtual user. */
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
    'a refusal says why and until when': ({ headers, body }) =>
      Number(headers['Retry-After']) >= 1 && (body?.includes('quota-exceeded') ?? false),
  });
}

export function askALittle(products: number): void {
  pick ??= createProductPicker(products);
  // Past Nginx's cache: from there nobody would be refused.
  const headers = { 'Cache-Control': 'no-cache' };
  const answer = get(`/v1/products/${pick()}/summary`, {
    kind: 'modest',
    headers,
    isAnonymous: true,
  });
  check(answer, { 'who asks a little is not refused': ({ status }) => status === 200 });
}

export const handleSummary = reportOn({
  script: 'throttle',
  question: `Does a client with ${quota} a second that asks for ${greedy.rate} get what its quota says, and nobody else less?`,
  scenarios: ['greedy', 'modest'].map((name) => ({ name, seconds })),
  answer: (_scenarios, { metrics }) => {
    const count = (name: string) => metrics[name]?.values.count ?? 0;
    return [
      `${count('admitted')} were admitted and ${count('refused')} refused; one limiter would have admitted ${fair}.`,
    ];
  },
});
