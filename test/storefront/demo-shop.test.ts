import supertest from 'supertest';
import { createTestApi, type TestApi } from '../support/api';
import { jsonLdOf, outlineOf } from '../support/html-tree';

let api: TestApi;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off', DEMO_SHOP: 'on' });
  const photos = ['https://images.example.com/reviews/00c0ffee.jpg'];
  await api.submit('29', { rating: 4, body: 'Kept me dry for a week.', photos }).expect(201);
});
afterAll(() => api.close());

const page = (path: string) => supertest(api.app).get(path);

/** Addresses that a browser asks for when it shows the page, and those that the page links. */
function addressesIn(text: string): string[] {
  return outlineOf(text).flatMap((line) => {
    const found = /^\s*@(?:src|href)=(".*")$/.exec(line);
    return found ? [JSON.parse(found[1]!) as string] : [];
  });
}

describe('the demo shop', () => {
  it('says that it is a demo, and lists eight products with an element for their stars', async () => {
    const { text } = await page('/')
      .expect(200)
      .expect('Content-Type', /^text\/html/);
    expect(text).toContain('This is a demo.');
    expect(text.match(/<starling-stars product-id=/g)).toHaveLength(8);
    expect(text).toContain('href="/docs"');
    expect(text).toContain('href="/README.md"');
  });

  it.each(['/', '/shop/29', '/shop/29?locale=ar'])(
    'loads and links nothing from another origin, and nothing that is missing: %s',
    async (path) => {
      const { text } = await page(path).expect(200);
      const addresses = new Set(addressesIn(text));
      expect(addresses.size).toBeGreaterThan(8);
      for (const address of addresses) {
        expect(address).toMatch(/^\/(?!\/)/);
        await page(address).expect(200);
      }
    },
  );

  it.each(['/', '/shop/29', '/shop/none'])(
    'allows no inline script or style, and has none: %s',
    async (path) => {
      const { text, headers } = await page(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'",
      );
      expect(text).not.toMatch(/ style=|<style| on[a-z]+=|<script>/);
    },
  );

  it('has the stars, the reviews and the JSON-LD of a product in its HTML', async () => {
    const { text } = await page('/shop/29').expect(200);
    expect(text).toContain('aria-label="4 out of 5 stars"');
    expect(text).toContain('Kept me dry for a week.');
    expect(text).toContain('"aggregateRating":{"@type":"AggregateRating","ratingValue":4');
    expect(text.match(/"@id":"#product"/g)).toHaveLength(2);
  });

  it('contains exactly the fragment of the API, but for the drawings in the places of photos', async () => {
    const name = encodeURIComponent('Harbour rain jacket');
    const { text: fragment } = await api
      .get(`/v1/products/29/widget?locale=de&product_name=${name}&jsonld_id=%23product`)
      .expect(200);
    const { text } = await page('/shop/29?locale=de').expect(200);
    expect(fragment).toContain('https://images.example.com/reviews/00c0ffee.jpg');
    const drawn = fragment.replaceAll(
      'https://images.example.com/reviews/00c0ffee.jpg',
      '/storefront/photo-2.svg',
    );
    expect(text).toContain(drawn);
    expect(jsonLdOf(drawn)).toMatchObject({ name: 'Harbour rain jacket' });
  });

  it('answers 304 for a page that is unchanged, and a new one after a review', async () => {
    const fresh = { 'Cache-Control': 'no-cache' };
    const { headers } = await page('/shop/57').set(fresh).expect(200);
    const known = { ...fresh, 'If-None-Match': headers.etag! };
    await page('/shop/57').set(known).expect(304);
    await page('/shop/57?locale=de').set(known).expect(200);
    await api.submit('57', { body: 'Warm.' }).expect(201);
    expect((await page('/shop/57').set(known).expect(200)).text).toContain('Warm.');
  });

  it('lets browsers keep hashed files for a year, and the loader for minutes', async () => {
    const { text } = await page('/');
    const hashed = addressesIn(text).filter((address) => /-[A-Z0-9]{8}\./.test(address));
    expect(hashed.length).toBeGreaterThan(10);
    for (const address of hashed) {
      const { headers } = await page(address).expect(200);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['content-type']).toMatch(
        /^(text\/(javascript|css); charset=utf-8|image\/svg\+xml)$/,
      );
    }
    const { headers } = await page('/storefront/starling-reviews.js').expect(200);
    expect(headers['cache-control']).toBe('public, max-age=300');
  });

  it('has a page for an unknown product, and problems for what is no page', async () => {
    const { text } = await page('/shop/none')
      .expect(404)
      .expect('Content-Type', /^text\/html/);
    expect(text).toContain('There is no such product');
    await page('/storefront/..%2Fpackage.json')
      .expect(404)
      .expect('Content-Type', /problem/);
    await page('/shop/29?locale=~')
      .expect(400)
      .expect('Content-Type', /problem/);
    await page('/shop/%ZZ').expect(400);
    await supertest(api.app).post('/').expect(405);
  });
});
