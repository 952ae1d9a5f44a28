import type { BenchRequest } from '../load/load-types';

/** Nginx neither looks into its cache nor keeps the answer. */
const UNCACHED = { 'Cache-Control': 'no-store' };

export function get(path: string): BenchRequest {
  return { method: 'GET', path, headers: UNCACHED };
}

/** Nginx and the instances may answer from their caches. */
export function getCached(path: string): BenchRequest {
  return { method: 'GET', path };
}

/** `query`: `?sort=newest`, or empty. */
export function reviewsPath(product: string, query = ''): string {
  return `/v1/products/${product}/reviews${query}`;
}

/** The fragment of the widget. */
export function widgetPath(product: string): string {
  return `/v1/products/${product}/widget`;
}

export function summaryPath(product: string): string {
  return `/v1/products/${product}/summary`;
}

/**
 * A review to post. Title and body together have fewer than the 80 letters from which the service
 * compares texts. All reviews of the benchmark have the same text, and copies would wait for a
 * moderator instead of being counted.
 */
export function review(product: string, writeKey: string | undefined): BenchRequest {
  return {
    method: 'POST',
    path: reviewsPath(product),
    headers: {
      'Content-Type': 'application/json',
      ...(writeKey && { Authorization: `Bearer ${writeKey}` }),
    },
    body: JSON.stringify({
      rating: 5,
      title: 'Bench',
      body: 'It does what it says, every day for a month now. I would buy it again.',
      author: { name: 'Bench', email: 'bench-#@example.com' },
    }),
  };
}
