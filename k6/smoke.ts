/**
 * Does each public route exist and answer as the contract says?
 *
 * One user calls all routes, again and again for DURATION (10s). Sends reads only, so few that
 * quotas do not matter.
 */
import { check } from 'k6';
import type { Options } from 'k6/options';
import { commonOptions } from './shared/bar.ts';
import { countProducts } from './shared/product-count.ts';
import { createProductPicker } from './shared/product-popularity.ts';
import { reportOn } from './shared/report-files.ts';
import { readSeconds } from './shared/settings.ts';
import { type Answer, get } from './shared/starling-requests.ts';

const seconds = readSeconds('DURATION', '10s');
const SORTS = ['relevant', 'newest', 'oldest', 'highest', 'lowest', 'helpful'];

export const options: Options = {
  ...commonOptions,
  scenarios: {
    visitor: {
      executor: 'constant-vus',
      vus: 1,
      duration: `${seconds}s`,
      gracefulStop: '10s',
      exec: 'visit',
    },
  },
  thresholds: {
    checks: ['rate==1'],
    'http_req_failed{scenario:visitor}': ['rate==0'],
    'http_req_duration{scenario:visitor}': ['p(95)<1000'],
    'http_reqs{scenario:visitor}': ['count>=0'],
    'iterations{scenario:visitor}': ['count>=1'],
  },
};

export const setup = countProducts;

export function visit(products: number): void {
  const product = createProductPicker(products)();
  const reviews = `/v1/products/${product}/reviews`;
  readPages(reviews);
  readSummaries(product);
  askAgain(reviews);
  askBadly(reviews);
  readLegacyContract(product);
  readServiceRoutes();
}

interface Page {
  reviews: { review_id: number }[];
  next_cursor: string | null;
}

function readPages(reviews: string): void {
  for (const sort of SORTS) {
    const first = get(`${reviews}?sort=${sort}&limit=3`, { kind: 'page' });
    const { reviews: shown, next_cursor } = bodyOf<Page>(first);
    expect(first, `200 with at most 3 reviews, ${sort} first`, shown.length <= 3);
    if (next_cursor === null) continue;
    const second = get(
      `${reviews}?sort=${sort}&limit=3&cursor=${encodeURIComponent(next_cursor)}`,
      {
        kind: 'page',
      },
    );
    const known = shown.map(({ review_id }) => review_id);
    const isNew = bodyOf<Page>(second).reviews.every(({ review_id }) => !known.includes(review_id));
    expect(second, '200 with the next page, no review twice', isNew);
  }
  const filtered = get(`${reviews}?rating=5&limit=1`, { kind: 'page' });
  const [review] = bodyOf<Page>(filtered).reviews;
  if (review === undefined) return;
  const one = get(`${reviews}/${review.review_id}`, { kind: 'review' });
  expect(one, '200 with one review of five stars', bodyOf<{ rating: number }>(one).rating === 5);
}

function readSummaries(product: string): void {
  const one = get(`/v1/products/${product}/summary`, { kind: 'summary' });
  expect(one, '200 with the summary', bodyOf<{ product_id: string }>(one).product_id === product);
  const several = get(`/v1/summaries?product_ids=${product},nobody-reviewed-this`, {
    kind: 'summaries',
  });
  const { summaries } = bodyOf<{ summaries: { product_id: string; count: number }[] }>(several);
  const unknown = summaries.find(({ product_id }) => product_id === 'nobody-reviewed-this');
  expect(several, '200 with both summaries', summaries.length === 2 && unknown?.count === 0);
}

function askAgain(reviews: string): void {
  const tag = get(reviews, { kind: 'page' }).headers.Etag ?? '';
  const again = get(reviews, {
    kind: 'page again',
    headers: { 'If-None-Match': tag },
    expects: [304],
  });
  check(again, { '304 to a client that has the page': ({ status }) => status === 304 });
}

function askBadly(reviews: string): void {
  const bad = get(`${reviews}?sort=best`, { kind: 'bad request', expects: [400] });
  const isProblem = bad.headers['Content-Type']?.startsWith('application/problem+json') ?? false;
  check(bad, {
    '400 with the name of the parameter': ({ status, body }) =>
      status === 400 && isProblem && /sort/.test(body ?? ''),
  });
}

function readLegacyContract(product: string): void {
  const list = get(`/reviews?product_id=${product}&count=2`, { kind: 'legacy contract' });
  expect(list, '200 in the legacy form', bodyOf<{ results: unknown[] }>(list).results.length <= 2);
  const meta = get(`/reviews/meta?product_id=${product}`, { kind: 'legacy contract' });
  expect(
    meta,
    '200 with the legacy summary',
    bodyOf<{ product_id: string }>(meta).product_id === product,
  );
}

function readServiceRoutes(): void {
  for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs']) {
    expect(get(path, { kind: 'service routes' }), `200 to ${path}`, true);
  }
}

function bodyOf<T>(answer: Answer): T {
  return answer.json() as unknown as T;
}

function expect(answer: Answer, guarantee: string, isKept: boolean): void {
  check(answer, { [guarantee]: ({ status }) => status === 200 && isKept });
}

export const handleSummary = reportOn({
  script: 'smoke',
  question: 'Does each public route answer as the contract says?',
  scenarios: [{ name: 'visitor', seconds }],
  answer: (_scenarios, { metrics }) => {
    const { passes = 0, fails = 0 } = metrics.checks?.values ?? {};
    return [`${passes} of ${passes + fails} checks passed.`];
  },
});
