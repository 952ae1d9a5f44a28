import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Review, Summary } from '../../client/contract-types';
import { packageRoot } from '../../src/platform/package-root';
import { en, enPage } from '../../storefront/shared/messages/en';
import { createPageWording } from '../../storefront/shared/page-wording';
import { widgetTemplate } from '../../storefront/shared/widget-template';

/** How many reviews the page shows, and how many the element renders when asked for more. */
export const REVIEWS = 50;

const SENTENCES =
  'It kept the rain out for two hours. The zip jams with gloves on. After twenty washes the colour holds. Sleeves are short. The hood stays where it is in the wind. '.repeat(
    6,
  );

/** Texts of 40 to 900 characters: some are folded. Every fifth has photos, every tenth a response. */
function makeReview(index: number, origin: string): Review {
  const created_at = new Date(Date.UTC(2026, 0, 1 + index)).toISOString();
  return {
    review_id: index + 1,
    product_id: 'p',
    rating: 1 + ((index * 7) % 5),
    title: index % 3 === 0 ? '' : `Title number ${index}`,
    body: SENTENCES.slice(0, 40 + ((index * 97) % 860)),
    recommended: index % 2 === 0,
    author: { name: `Author ${index}` },
    verified: index % 4 === 0,
    locale: 'en',
    created_at,
    photos: index % 5 === 0 ? [{ id: 1, url: `${origin}/photo.svg` }] : [],
    characteristics: { Fit: 3, Quality: 1 + (index % 5) },
    response: index % 10 === 0 ? { body: 'Thank you.', created_at } : null,
    helpful_count: index % 7,
    not_helpful_count: index % 3,
  };
}

const summary: Summary = {
  product_id: 'p',
  count: 2 * REVIEWS,
  average: 3,
  histogram: { 1: 20, 2: 20, 3: 20, 4: 20, 5: 20 },
  recommended: { yes: REVIEWS, no: REVIEWS },
  characteristics: { Fit: { average: 3, count: 100 }, Quality: { average: 3, count: 100 } },
  verified_count: 24,
  photo_count: 20,
};

export interface BenchPage {
  url: string;
  close(): void;
}

/**
 * Serves a product page with fifty reviews in its HTML, the built widget, which the page does not
 * load by itself, and fifty more reviews as JSON.
 */
export async function serveBenchPage(): Promise<BenchPage> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const reviews = Array.from({ length: REVIEWS }, (_, index) => makeReview(index, origin));
  const fragment = widgetTemplate(createPageWording('en', en, enPage), {
    summary,
    page: { product_id: 'p', reviews, next_cursor: 'next' },
    pageSize: REVIEWS,
    policy: { moderation: 'auto' },
    vocabulary: ['Fit', 'Quality'],
  });
  const more = JSON.stringify({ product_id: 'p', reviews, next_cursor: null });

  function answer({ url }: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(url!, 'http://bench');
    const file = /^\/dist\/([\w.-]+\.(js|css))$/.exec(pathname);
    if (file) {
      response.setHeader('Content-Type', file[2] === 'js' ? 'text/javascript' : 'text/css');
      response.end(readFileSync(path.join(packageRoot, 'storefront', 'dist', file[1]!)));
    } else if (pathname === '/photo.svg') {
      response.setHeader('Content-Type', 'image/svg+xml');
      response.end('<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"/>');
    } else if (pathname === '/v1/products/p/reviews') {
      response.setHeader('Content-Type', 'application/json');
      response.end(more);
    } else {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(
        `<!doctype html><html lang="en"><meta charset="utf-8"><title>A product</title><link rel="stylesheet" href="/dist/starling-reviews.css"><starling-reviews product-id="p">${fragment}</starling-reviews>`,
      );
    }
  }

  return {
    url: `${origin}/page`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
