import type { Browser } from 'playwright-core';
import { describeWith } from '../support/programs';
import { submitSampleReviews } from './sample-reviews';
import { launchBrowser, layoutShift, untilReady, visit } from './storefront-browser';
import { createStorefrontSite, type StorefrontSite } from './storefront-site';

describeWith('chromium', 'the element starling-reviews in a page', () => {
  let site: StorefrontSite;
  let browser: Browser;

  beforeAll(async () => {
    site = await createStorefrontSite();
    await submitSampleReviews(site.api);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  beforeEach(() => site.takeRequests());

  const element = (inside = '', attributes = '') =>
    `<starling-reviews product-id="jacket" api="${site.apiUrl}"${attributes}>${inside}</starling-reviews>`;

  it("makes the service's HTML work without a request and without moving anything", async () => {
    const body = `${element(await site.fragment('jacket'))}<p id="below">Below</p>`;
    const without = await visit(browser, site.page({ script: false, body }));
    const before = await without.page.locator('#below').boundingBox();
    await without.context.close();

    const { page, context, complaints } = await visit(browser, site.page({ body }));
    await untilReady(page);
    expect(await page.locator('#below').boundingBox()).toEqual(before);
    expect(await layoutShift(page)).toBe(0);
    expect(site.takeRequests()).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows reviews, numbers and the statement where no script runs', async () => {
    const url = site.page({ body: element(await site.fragment('jacket')) });
    const { page, context } = await visit(browser, url, { javaScriptEnabled: false });
    await page.getByText('Arrived within two days').waitFor();
    expect(await page.locator('.starling-review:visible').count()).toBe(10);
    expect(await page.locator('.starling-average').textContent()).toContain('14 reviews');
    await page.getByText('How we handle reviews').click();
    await page.getByText('No review is hidden for its rating').waitFor();
    expect(await page.getByText('Write a review').isVisible()).toBe(false);
    await context.close();
  });

  it('fetches the reviews with one request where the page has none', async () => {
    const { page, context, complaints } = await visit(browser, site.page({ body: element() }));
    await untilReady(page);
    expect(await page.locator('.starling-review').count()).toBe(10);
    expect(site.takeRequests()).toEqual(['GET /v1/products/jacket/widget?locale=en']);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each([
    ['', { '@type': 'Product', name: 'jacket' }],
    [
      ' product-name="Rain jacket" data-product-jsonld-id="https://shop.example.com/#jacket"',
      { '@id': 'https://shop.example.com/#jacket', name: 'Rain jacket' },
    ],
  ])(
    'describes the product to search engines as its attributes say:%s',
    async (given, described) => {
      const { page, context } = await visit(browser, site.page({ body: element('', given) }));
      await untilReady(page);
      const jsonLd = await page.locator('script[type="application/ld+json"]').textContent();
      expect(JSON.parse(jsonLd!)).toMatchObject({
        ...described,
        aggregateRating: { ratingValue: 3.86, reviewCount: 14, bestRating: 5, worstRating: 1 },
      });
      await context.close();
    },
  );

  it.each([
    ['without reviews', '<starling-reviews product-id="none" api="API"></starling-reviews>'],
    [
      'with data-jsonld="off"',
      '<starling-reviews product-id="jacket" data-jsonld="off" api="API"></starling-reviews>',
    ],
  ])('says nothing to search engines %s', async (_when, body) => {
    const url = site.page({ body: body.replace('API', site.apiUrl) });
    const { page, context } = await visit(browser, url);
    await untilReady(page);
    expect(await page.locator('script[type="application/ld+json"]').count()).toBe(0);
    await context.close();
  });

  it('brings its styles where the page has not linked them', async () => {
    const url = site.page({ styles: false, body: element() });
    const { page, context } = await visit(browser, url);
    await untilReady(page);
    const list = page.locator('.starling-list');
    expect(await list.evaluate((node) => getComputedStyle(node).display)).toBe('grid');
    await context.close();
  });

  it('begins again when the page gives it another product', async () => {
    const { page, context } = await visit(browser, site.page({ body: element() }));
    await untilReady(page);
    await page.locator('starling-reviews').evaluate((node) => node.setAttribute('product-id', 'x'));
    await page.getByText('No reviews yet').waitFor();
    await untilReady(page);
    expect(await page.locator('.starling-review').count()).toBe(0);
    await context.close();
  });

  it('tells the console which product key is none', async () => {
    const url = site.page({ body: '<starling-reviews product-id="a b"></starling-reviews>' });
    const { page, context, complaints } = await visit(browser, url);
    await page.waitForFunction(() => customElements.get('starling-stars') !== undefined);
    expect(complaints).toEqual([expect.stringContaining("not 'a b'")]);
    await context.close();
  });

  it('violates nothing of a strict Content-Security-Policy', async () => {
    const policy = `default-src 'self' ${site.apiUrl}; img-src 'self' https://photos.example.com`;
    const body = element(await site.fragment('jacket')) + element();
    const url = site.page({ styles: false, policy, body });
    const { page, context, complaints } = await visit(browser, url);
    await page.waitForFunction(() => document.querySelectorAll('[data-ready]').length === 2);
    await page.getByRole('button', { name: 'Write a review' }).first().click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Please correct').waitFor();
    const violations = complaints.filter((line) => /Content.Security.Policy/i.test(line));
    expect(violations).toEqual([]);
    await context.close();
  });

  it.each([
    ['en-GB', 'ltr', 'Customer reviews', 'Write a review'],
    ['de', 'ltr', 'Kundenbewertungen', 'Bewertung schreiben'],
    ['fr', 'ltr', 'Avis des clients', 'Écrire un avis'],
    ['es', 'ltr', 'Opiniones de clientes', 'Escribir una opinión'],
    ['ar', 'rtl', 'مراجعات العملاء', 'اكتب مراجعة'],
  ])('speaks the language of the page: %s', async (lang, direction, title, write) => {
    const { page, context } = await visit(browser, site.page({ lang, body: element() }));
    await untilReady(page);
    const section = page.locator('.starling');
    expect(await section.getAttribute('lang')).toBe(lang);
    expect(await section.evaluate((node) => getComputedStyle(node).direction)).toBe(direction);
    await page.getByRole('heading', { name: title }).waitFor();
    await page.getByRole('button', { name: write }).click();
    const dialog = page.getByRole('dialog', { name: write });
    expect(await dialog.evaluate((node) => getComputedStyle(node).direction)).toBe(direction);
    expect(await dialog.locator('legend').first().textContent()).not.toBe('');
    await context.close();
  });

  it('renders further reviews in the browser exactly as the service does', async () => {
    const five = element(await site.fragment('jacket', 'de', 5));
    const { page, context } = await visit(browser, site.page({ lang: 'de', body: five }));
    await untilReady(page);
    await page.getByRole('button', { name: 'Weitere Bewertungen anzeigen' }).click();
    await page.locator('.starling-review').nth(9).waitFor();
    const rendered = await page.locator('.starling-list').innerHTML();
    const whole = await visit(
      browser,
      site.page({ lang: 'de', body: element(await site.fragment('jacket', 'de', 10)) }),
    );
    await untilReady(whole.page);
    const expected = await whole.page.locator('.starling-list').innerHTML();
    expect(rendered.replaceAll(' tabindex="-1"', '')).toBe(expected);
    await whole.context.close();
    await context.close();
  });

  it('asks for the stars of a listing with one request', async () => {
    const stars = Array.from(
      { length: 30 },
      (_, index) =>
        `<li><starling-stars product-id="${index % 3 === 0 ? 'jacket' : `p-${index}`}" api="${site.apiUrl}"></starling-stars></li>`,
    );
    const url = site.page({ body: `<ul>${stars.join('')}</ul>` });
    const { page, context, complaints } = await visit(browser, url);
    const named = page.getByRole('img', { name: '3.9 out of 5 stars, 14 reviews' });
    await named.nth(9).waitFor();
    expect(await named.count()).toBe(10);
    expect(site.takeRequests()).toEqual([expect.stringMatching(/^GET \/v1\/summaries\?/)]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
