import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../support/programs';
import { submitSampleReviews } from './sample-reviews';
import { launchBrowser, untilReady, visit } from './storefront-browser';
import { createStorefrontSite, type StorefrontSite } from './storefront-site';

const LIST = '/v1/products/jacket/reviews';

describeWith('chromium', 'the list of reviews', () => {
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

  async function open(lang = 'en') {
    const inside = await site.fragment('jacket', lang);
    const body = `<starling-reviews product-id="jacket" api="${site.apiUrl}">${inside}</starling-reviews>`;
    const visited = await visit(browser, site.page({ lang, body }));
    await untilReady(visited.page);
    site.takeRequests();
    return visited;
  }

  const reviews = (page: Page) => page.locator('.starling-review');
  const status = (page: Page, text: string) =>
    page.locator('.starling-status', { hasText: text }).waitFor();
  /** The stars of each review shown, by what they say to screen readers. */
  const ratings = (page: Page) =>
    reviews(page)
      .locator('header .starling-stars')
      .evaluateAll((all) => all.map((stars) => stars.getAttribute('aria-label')!.charAt(0)));

  it('filters by the ratings that are pressed in the histogram', async () => {
    const { page, context } = await open();
    const row = (stars: string) => page.getByRole('button', { name: stars });
    await row('5 stars').click();
    await status(page, '5 reviews shown');
    expect(new Set(await ratings(page))).toEqual(new Set(['5']));
    await row('1 star').click();
    await status(page, '6 reviews shown');
    expect(new Set(await ratings(page))).toEqual(new Set(['1', '5']));
    expect(await row('5 stars').getAttribute('aria-pressed')).toBe('true');
    expect(site.takeRequests()).toEqual([`GET ${LIST}?rating=5`, `GET ${LIST}?rating=5%2C1`]);

    await page.getByRole('button', { name: 'Clear filters' }).click();
    await status(page, '10 reviews shown');
    expect(await row('5 stars').getAttribute('aria-pressed')).toBe('false');
    expect(await page.getByRole('button', { name: 'Clear filters' }).isVisible()).toBe(false);
    expect(site.takeRequests()).toEqual([`GET ${LIST}`]);
    await context.close();
  });

  it.each([
    ['Highest rating', (given: string[]) => given.toSorted().toReversed()],
    ['Lowest rating', (given: string[]) => given.toSorted()],
  ])('sorts: %s', async (label, sorted) => {
    const { page, context } = await open();
    await page.getByLabel('Sort by').selectOption({ label });
    await page.locator('.starling-list[aria-busy=false]').waitFor();
    const shown = await ratings(page);
    expect(shown).toEqual(sorted(shown));
    expect(new Set(shown).size).toBeGreaterThan(1);
    await context.close();
  });

  it.each([
    ['With photos', 2, '.starling-photos'],
    ['Verified buyers', 1, '.starling-verified'],
    ['In English', 9, '.starling-body[lang=en]'],
  ])('filters by the box "%s"', async (label, count, mark) => {
    const { page, context } = await open();
    await page.getByLabel(label).check();
    await status(page, count === 1 ? '1 review shown' : `${count} reviews shown`);
    expect(
      await reviews(page)
        .filter({ has: page.locator(mark) })
        .count(),
    ).toBe(count);
    await context.close();
  });

  it('shows the rest by cursor, each review once, and moves the focus to the first of them', async () => {
    const { page, context } = await open();
    const more = page.getByRole('button', { name: 'Show more reviews' });
    await more.click();
    await status(page, '14 reviews shown');
    expect(await more.isVisible()).toBe(false);
    const ids = await reviews(page).evaluateAll((all) =>
      all.map((each) => (each as HTMLElement).dataset.reviewId),
    );
    expect(new Set(ids).size).toBe(14);
    expect(
      await reviews(page)
        .nth(10)
        .evaluate((node) => node === document.activeElement),
    ).toBe(true);
    expect(site.takeRequests()).toEqual([expect.stringContaining(`GET ${LIST}?cursor=`)]);
    await context.close();
  });

  it.each(['en-US', 'en-GB', 'de', 'fr'])("writes days as readers of '%s' do", async (lang) => {
    const { page, context } = await open(lang);
    const time = page.locator('time').first();
    const at = new Date((await time.getAttribute('datetime'))!);
    const day = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
    expect(await time.textContent()).toBe(day);
    await context.close();
  });

  it('shows a photo large, and gives the focus back when Escape closes it', async () => {
    const { page, context } = await open();
    const photo = page.getByRole('link', { name: 'Photo 2 of Linus' });
    await photo.click();
    const large = page.getByRole('dialog').getByRole('img', { name: 'Photo 2 of Linus' });
    expect((await large.boundingBox())!.width).toBeGreaterThan(300);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await photo.evaluate((node) => node === document.activeElement)).toBe(true);
    await context.close();
  });

  it('unfolds a long text and folds it again', async () => {
    const { page, context } = await open();
    const last = page.getByText('Week 6: I cycled');
    expect(await last.isVisible()).toBe(false);
    await page.getByText('Read more').click();
    expect(await last.isVisible()).toBe(true);
    await page.getByText('Show less').click();
    expect(await last.isVisible()).toBe(false);
    await context.close();
  });

  it('votes, changes the vote, remembers it after a reload and withdraws it', async () => {
    const { page, context } = await open();
    const review = reviews(page).first();
    const id = await review.getAttribute('data-review-id');
    const button = (name: string) => review.getByRole('button', { name });
    const counts = async () => {
      const { body } = await site.api.get(`${LIST}/${id}`);
      return [body.helpful_count, body.not_helpful_count];
    };

    await button('Helpful 1').waitFor({ state: 'detached' });
    await button('Helpful').first().click();
    await button('Helpful 1').waitFor();
    expect(await counts()).toEqual([1, 0]);
    await button('Not helpful').click();
    await button('Not helpful 1').waitFor();
    expect(await counts()).toEqual([0, 1]);

    await page.reload();
    await untilReady(page);
    expect(await button('Not helpful').getAttribute('aria-pressed')).toBe('true');
    await button('Not helpful').click();
    await page.locator('.starling-vote[aria-pressed=true]').waitFor({ state: 'detached' });
    expect(await counts()).toEqual([0, 0]);
    const actors = site.takeRequests().filter((line) => line === 'POST /v1/actors');
    expect(actors).toHaveLength(1);
    await context.close();
  });

  it('reports a review with a reason and a detail', async () => {
    const { page, context } = await open();
    const review = reviews(page).nth(1);
    const id = await review.getAttribute('data-review-id');
    await review.getByRole('button', { name: 'Report' }).click();
    await page.getByRole('button', { name: 'Send' }).click(); // a reason is required
    await page.getByLabel('It is not about this product').check();
    await page.getByLabel('Details').fill('It is about a hat.');
    await page.getByRole('button', { name: 'Send' }).click();
    await status(page, 'A moderator is told');
    const { rows } = await site.api.sql.query(
      'SELECT reason, detail FROM review_reports WHERE review_id = $1',
      [id],
    );
    expect(rows).toEqual([{ reason: 'off_topic', detail: 'It is about a hat.' }]);
    await context.close();
  });

  it('reports nothing when the reader cancels', async () => {
    const { page, context } = await open();
    await reviews(page).first().getByRole('button', { name: 'Report' }).click();
    await page.getByLabel('It is offensive').check();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(site.takeRequests()).toEqual([]);
    await context.close();
  });
});
