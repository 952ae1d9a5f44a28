/**
 * Can every acknowledged review be read at once, and does a repeated request create only one
 * review?
 *
 * WARNING: this script writes. It sends RATE reviews per second (100) for DURATION (30s) to seeded
 * products, mostly to popular ones, and votes on some of the reviews. Use a database that may hold
 * them; their authors are k6-…@example.com. It needs the KEY of an API client with the scope
 * `write`: without a key, the thirty-first review of an address waits for a moderator.
 */
import { check } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { constantArrivals } from './shared/arrivals.ts';
import { commonOptions, missionBar, reportedKinds } from './shared/bar.ts';
import { countProducts } from './shared/product-count.ts';
import { createProductPicker } from './shared/product-popularity.ts';
import { reportOn } from './shared/report-files.ts';
import { percent } from './shared/run-report.ts';
import { readCount, readSeconds } from './shared/settings.ts';
import { type Answer, get, send } from './shared/starling-requests.ts';

const rate = readCount('RATE', 100, 10_000);
const seconds = readSeconds('DURATION', '30s');
const KINDS = ['review', 'read back', 'review repeated', 'vote'];

export const options: Options = {
  ...commonOptions,
  scenarios: { authors: constantArrivals({ rate, seconds, exec: 'write' }) },
  thresholds: { ...missionBar('authors', { rate, seconds }), ...reportedKinds(KINDS) },
};

interface Run {
  products: number;
  /** Unique to this run, so that its authors have not reviewed anything before. */
  id: string;
}

export function setup(): Run {
  return { products: countProducts(), id: Date.now().toString(36) };
}

/** State of this virtual user. */
let pick: (() => string) | undefined;

export function write({ products, id }: Run): void {
  pick ??= createProductPicker(products);
  const number = exec.scenario.iterationInTest;
  const path = `/v1/products/${pick()}/reviews`;
  const draft = draftOf(id, number);
  const headers = { 'Idempotency-Key': `k6-${id}-${number}` };

  const written = send('POST', path, draft, { kind: 'review', headers });
  if (written.status !== 201) return;
  const dice = number % 10;
  if (dice === 0) readBack(written, draft.title);
  if (dice === 1)
    repeat(written, () => send('POST', path, draft, { kind: 'review repeated', headers }));
  if (dice === 2) vote(written);
}

/**
 * The text is too short to be compared: the fourth copy of a longer one would wait for a moderator.
 */
function draftOf(run: string, number: number) {
  return {
    rating: 1 + (number % 5),
    title: `Written by k6, run ${run}, number ${number}`,
    body: `It came on time and fits as it should. Number ${number} of run ${run}.`,
    recommended: number % 5 > 1,
    author: { name: 'K. Six', email: `k6-${run}-${number}@example.com` },
  };
}

/** k6 keeps cookies as browsers do, so a client that has just written bypasses Nginx's cache. */
function readBack(written: Answer, title: string): void {
  const found = get(written.headers.Location!, { kind: 'read back' });
  check(found, {
    'an acknowledged review can be read at once': ({ status, body }) =>
      status === 200 && (body?.includes(title) ?? false),
  });
}

function repeat(written: Answer, sendAgain: () => Answer): void {
  const again = sendAgain();
  check(again, {
    'a repeated request gets the first answer': ({ status, body }) =>
      status === 201 && body === written.body,
  });
}

/** Votes for the review; an address has one vote per review. */
function vote(written: Answer): void {
  const voted = send(
    'PUT',
    `${written.headers.Location}/vote`,
    { helpful: true },
    { kind: 'vote' },
  );
  check(voted, {
    'the first vote counts one': ({ status, body }) =>
      status === 200 && (body?.includes('"helpful_count":1') ?? false),
  });
}

export const handleSummary = reportOn({
  script: 'writes',
  question:
    'Can every acknowledged review be read at once, and does a repeated request create only one review?',
  scenarios: [{ name: 'authors', seconds }],
  kinds: KINDS,
  answer: ([authors], { metrics }) => {
    const { passes = 0, fails = 0 } = metrics['checks{scenario:authors}']?.values ?? {};
    return [
      `${percent(authors!.failedShare)} of the requests failed; 95 % were answered within ${authors!.p95Ms.toFixed(0)} ms.`,
      `${passes} of ${passes + fails} checks of acknowledged reviews passed.`,
    ];
  },
});
