import type { Browser, Page } from 'playwright-core';
import type { Review } from '../../client/contract-types';
import { describeWith } from '../support/programs';
import { launchBrowser, untilReady, visit } from './storefront-browser';
import { createStorefrontSite, type StorefrontSite } from './storefront-site';

describeWith('chromium', 'the form for a review', () => {
  let site: StorefrontSite;
  let browser: Browser;
  let products = 0;

  beforeAll(async () => {
    site = await createStorefrontSite();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(() => {
    site.intercept = () => false;
  });

  /** The form of a product without reviews. */
  async function open() {
    products += 1;
    const productId = `p-${products}`;
    const inside = await site.fragment(productId);
    const body = `<starling-reviews product-id="${productId}" api="${site.apiUrl}">${inside}</starling-reviews>`;
    const visited = await visit(browser, site.page({ body }));
    await openForm(visited.page);
    site.takeRequests();
    return { ...visited, productId };
  }

  async function openForm(page: Page): Promise<void> {
    await untilReady(page);
    await page.getByRole('button', { name: 'Write a review' }).click();
  }

  const stars = (page: Page, legend: string, rating: number) =>
    page.getByRole('group', { name: legend }).locator(`[value="${rating}"]`).check({ force: true });

  async function fillRequired(page: Page, email = `ada-${products}@example.com`): Promise<void> {
    await stars(page, 'Your rating', 4);
    await page.getByLabel('Your review').fill('Warm in winter, and it packs small.');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Your e-mail address').fill(email);
  }

  const send = (page: Page) => page.getByRole('button', { name: 'Send' }).click();

  async function published(productId: string): Promise<Review[]> {
    const { body } = await site.api.get(`/v1/products/${productId}/reviews`);
    return (body as { reviews: Review[] }).reviews;
  }

  it('publishes every field, and shows the review to its author at once', async () => {
    const { page, context, productId, complaints } = await open();
    await page.evaluate(() => {
      document.addEventListener('starling:published', (event) => {
        const { review_id } = (event as CustomEvent).detail;
        document.body.dataset.published = review_id;
      });
    });
    await fillRequired(page);
    await page.getByLabel('Title').fill('A good coat');
    await page.getByRole('group', { name: 'Do you recommend' }).getByLabel('Yes').check();
    await stars(page, 'Fit', 3);
    await stars(page, 'Quality', 5);
    await page
      .getByLabel('Addresses of photos')
      .fill('https://photos.example.com/a.png\nhttps://photos.example.com/b.png');
    await send(page);

    await page.getByText('Thank you. Your review is published.').waitFor();
    const shown = page.locator('.starling-review');
    expect(await shown.count()).toBe(1);
    expect(await shown.locator('h3').textContent()).toBe('A good coat');
    expect(await page.getByText('No reviews yet').isVisible()).toBe(false);
    expect(await published(productId)).toEqual([
      expect.objectContaining({
        rating: 4,
        title: 'A good coat',
        body: 'Warm in winter, and it packs small.',
        recommended: true,
        author: { name: 'Ada' },
        photos: [
          { id: 1, url: 'https://photos.example.com/a.png' },
          { id: 2, url: 'https://photos.example.com/b.png' },
        ],
        characteristics: { Fit: 3, Quality: 5 },
        locale: 'en',
      }),
    ]);
    const id = await page.evaluate(() => document.body.dataset.published);
    expect(id).toBe(await shown.getAttribute('data-review-id'));
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('says in each field what the browser misses, and moves the focus to the first', async () => {
    const { page, context } = await open();
    await page.getByLabel('Your e-mail address').fill('nobody');
    await send(page);
    await page.getByText('Please correct 4 fields.').waitFor();
    const field = (name: string) => page.locator(`[data-field="${name}"]`);
    for (const name of ['rating', 'body', 'author.name', 'author.email'])
      expect(await field(name).locator('.starling-error').textContent()).not.toBe('');
    expect(await field('title').locator('.starling-error').textContent()).toBe('');
    const focused = await page.evaluate(() => (document.activeElement as HTMLInputElement).name);
    expect(focused).toBe('rating');
    const described = await page.getByLabel('Your review').getAttribute('aria-describedby');
    const line = page.locator(`#${described}`);
    expect(await line.textContent()).toBe('Please fill out this field.');
    expect(site.takeRequests()).toEqual([]);
    await context.close();
  });

  it('says in each field what the service refuses', async () => {
    const { page, context, productId } = await open();
    await fillRequired(page, 'ada@example');
    await page.getByLabel('Addresses of photos').fill('http://photos.example.com/a.png');
    await send(page);
    await page.getByText('Please correct 2 fields.').waitFor();
    const errorOf = (name: string) =>
      page.locator(`[data-field="${name}"] .starling-error`).textContent();
    expect(await errorOf('photos')).toContain('must be an https URL');
    expect(await errorOf('author.email')).not.toBe('');

    await page.getByLabel('Addresses of photos').fill('');
    await page.getByLabel('Your e-mail address').fill('ada@example.com');
    await send(page);
    await page.getByText('Your review is published.').waitFor();
    expect(await published(productId)).toHaveLength(1);
    await context.close();
  });

  it('keeps what was written through a reload, but never the e-mail', async () => {
    const { page, context } = await open();
    await fillRequired(page, 'secret@example.com');
    await stars(page, 'Fit', 2);
    const stored = await page.evaluate(() => JSON.stringify(localStorage));
    expect(stored).toContain('packs small');
    expect(stored).not.toContain('secret@example.com');

    await page.reload();
    await openForm(page);
    expect(await page.getByLabel('Your review').inputValue()).toContain('packs small');
    expect(await page.getByLabel('Your name').inputValue()).toBe('Ada');
    expect(await page.locator('[name="rating"]:checked').getAttribute('value')).toBe('4');
    expect(await page.locator('[name="characteristics.Fit"]:checked').count()).toBe(1);
    expect(await page.getByLabel('Your e-mail address').inputValue()).toBe('');

    await page.getByLabel('Your e-mail address').fill('secret@example.com');
    await send(page);
    await page.getByText('Thank you.').waitFor();
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('packs small');
    await context.close();
  });

  it('repeats a refused attempt under the same Idempotency-Key, and publishes once', async () => {
    const { page, context, productId } = await open();
    const keys: unknown[] = [];
    site.intercept = (request, response) => {
      if (request.method !== 'POST') return false;
      keys.push(request.headers['idempotency-key']);
      if (keys.length > 1) return false;
      response.writeHead(503, { 'Access-Control-Allow-Origin': '*' }).end();
      return true;
    };
    await fillRequired(page);
    await send(page);
    await page.getByText('Your review is published.').waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[\d-]{20,}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(await published(productId)).toHaveLength(1);
    await context.close();
  });

  it('keeps the form and its key when nobody answers, and takes a new key for a new text', async () => {
    const { page, context, productId } = await open();
    const keys = new Set<unknown>();
    const breakConnections: StorefrontSite['intercept'] = (request) => {
      if (request.method !== 'POST') return false;
      keys.add(request.headers['idempotency-key']);
      request.socket.destroy();
      return true;
    };
    site.intercept = breakConnections;
    await fillRequired(page);
    await send(page);
    const quiet = page.getByRole('alert').filter({ hasText: 'not available at the moment' });
    await quiet.waitFor();
    expect(keys.size).toBe(1);
    await send(page);
    await page.locator('.starling-form[aria-busy=false]').waitFor();
    expect(keys.size).toBe(1);

    await page.getByLabel('Title').fill('Another text');
    site.intercept = (request) => {
      if (request.method === 'POST') keys.add(request.headers['idempotency-key']);
      return false;
    };
    await send(page);
    await page.getByText('Your review is published.').waitFor();
    expect(keys.size).toBe(2);
    expect(await published(productId)).toHaveLength(1);
    await context.close();
  });

  it('explains that a review waits for a moderator, and shows it to its author only', async () => {
    const { page, context, productId } = await open();
    await fillRequired(page);
    await page.getByLabel('Your review').fill('Sizes are at https://sizes.example.com today.');
    await send(page);
    await page.getByText('Your review appears when a moderator has read it.').waitFor();
    const own = page.locator('.starling-review');
    await own.getByText('Only you see this review').waitFor();
    expect(await own.getByRole('button').count()).toBe(0);
    expect(await published(productId)).toEqual([]);
    await context.close();
  });

  it('counts the characters that are left near the limit, and takes no more', async () => {
    const { page, context } = await open();
    const text = page.getByLabel('Your review');
    const left = page.locator('.starling-left');
    await text.fill('x'.repeat(4_400));
    expect(await left.textContent()).toBe('');
    await text.fill('x'.repeat(4_999));
    expect(await left.textContent()).toBe('1 character left');
    await text.press('End');
    await text.press('y');
    await text.press('z');
    expect((await text.inputValue()).length).toBe(5_000);
    expect(await left.textContent()).toBe('0 characters left');
    await context.close();
  });
});
