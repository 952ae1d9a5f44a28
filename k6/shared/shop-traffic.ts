import { check } from 'k6';
import { createProductPicker } from './product-popularity.ts';
import { type Answer, get } from './starling-requests.ts';

/** The names of these requests in reports. */
export const SHOP_KINDS = ['first page', 'summary', 'listing of 20', 'browsing on'];

const LISTING_PRODUCTS = 20;

/** State of this virtual user: k6 loads the module once for each. */
let pick: (() => string) | undefined;
let lastPage: { product: string; cursor: string } | undefined;

/**
 * Sends one request of typical shop traffic. Of a hundred requests, 70 open the first page of a
 * product, 15 read its summary, 8 are listing pages of 20 products, and 7 browse on: the next page,
 * another order, a filter. Reads only.
 */
export function askAsShoppersDo(products: number): void {
  pick ??= createProductPicker(products);
  const dice = Math.random() * 100;
  if (dice < 70) openFirstPage(pick());
  else if (dice < 85) readSummary(pick());
  else if (dice < 93) readListing(Array.from({ length: LISTING_PRODUCTS }, pick));
  else browseOn(pick());
}

function openFirstPage(product: string): void {
  const answer = get(`/v1/products/${product}/reviews`, { kind: 'first page' });
  expectPageOf(product, answer);
  // Do not parse 4 kB of JSON for every request: the load generator must not be the slow part.
  const cursor = /"next_cursor":"([^"]+)"/.exec(answer.body?.slice(-400) ?? '')?.[1];
  if (cursor !== undefined) lastPage = { product, cursor };
}

function readSummary(product: string): void {
  const answer = get(`/v1/products/${product}/summary`, { kind: 'summary' });
  expectAbout(answer, `"product_id":"${product}"`);
}

function readListing(products: readonly string[]): void {
  const answer = get(`/v1/summaries?product_ids=${products.join(',')}`, { kind: 'listing of 20' });
  expectAbout(answer, `"product_id":"${products[0]}"`);
}

function browseOn(product: string): void {
  const dice = Math.random() * 3;
  if (dice < 1 && lastPage) {
    const { product: before, cursor } = lastPage;
    lastPage = undefined;
    expectPageOf(before, page(before, `cursor=${encodeURIComponent(cursor)}`));
  } else if (dice < 2) expectPageOf(product, page(product, 'sort=newest'));
  else expectPageOf(product, page(product, 'rating=1,2&sort=helpful'));
}

function page(product: string, query: string): Answer {
  return get(`/v1/products/${product}/reviews?${query}`, { kind: 'browsing on' });
}

function expectPageOf(product: string, answer: Answer): void {
  expectAbout(answer, `{"product_id":"${product}","reviews":[`);
}

/**
 * `http_req_failed` counts missing answers. This checks that a 200 is about what was requested,
 * because a wrong answer is worse than none.
 */
function expectAbout(answer: Answer, text: string): void {
  if (answer.status === 200)
    check(answer, {
      'a 200 is about what was requested': ({ body }) => body?.includes(text) ?? false,
    });
}
