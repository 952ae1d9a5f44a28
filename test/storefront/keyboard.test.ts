import type { Browser, Locator, Page } from 'playwright-core';
import { describeWith } from '../support/programs';
import { submitSampleReviews } from './sample-reviews';
import { launchBrowser, untilReady, visit } from './storefront-browser';
import { createStorefrontSite, type StorefrontSite } from './storefront-site';

const TABS_MAX = 120;

describeWith('chromium', 'a reader with only a keyboard', () => {
  let site: StorefrontSite;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    site = await createStorefrontSite();
    await submitSampleReviews(site.api);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  beforeEach(async () => {
    const inside = await site.fragment('jacket');
    const body = `<starling-reviews product-id="jacket" api="${site.apiUrl}">${inside}</starling-reviews>`;
    ({ page } = await visit(browser, site.page({ body })));
    await untilReady(page);
  });
  afterEach(() => page.context().close());

  const key = (name: string) => page.keyboard.press(name);
  const hasFocus = (target: Locator) => target.evaluate((node) => node === document.activeElement);

  /** Presses Tab until the element has the focus, which must then be seen. */
  async function tabTo(target: Locator): Promise<void> {
    for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
      if (await hasFocus(target)) {
        const seen = await target.evaluate((node) =>
          [node, node.closest('label')].some(
            (each) => each !== null && getComputedStyle(each).outlineStyle === 'solid',
          ),
        );
        expect(seen).toBe(true);
        return;
      }
      await key('Tab');
    }
    throw new Error(`${TABS_MAX} presses of Tab do not reach ${target}`);
  }

  it('filters, sorts and shows more', async () => {
    await tabTo(page.getByRole('button', { name: '4 stars' }));
    await key('Enter');
    await page.getByText('5 reviews shown').waitFor();
    await tabTo(page.getByLabel('With photos'));
    await key('Space');
    await page.getByText('1 review shown').waitFor();
    await tabTo(page.getByRole('button', { name: 'Clear filters' }));
    await key('Enter');
    await page.getByText('10 reviews shown').waitFor();
    await page.reload();
    await untilReady(page);
    await tabTo(page.getByLabel('Sort by'));
    await key('End');
    await page.locator('.starling-list[aria-busy=false]').waitFor();
    expect(await page.getByLabel('Sort by').inputValue()).toBe('helpful');
    await tabTo(page.getByRole('button', { name: 'Show more reviews' }));
    await key('Enter');
    await page.getByText('14 reviews shown').waitFor();
    expect(await hasFocus(page.locator('.starling-review').nth(10))).toBe(true);
  });

  it('reads a long text, looks at a photo and reads the statement', async () => {
    await tabTo(page.locator('.starling-folded summary').first());
    await key('Enter');
    expect(await page.getByText('Week 6: I cycled').isVisible()).toBe(true);
    const photo = page.getByRole('link', { name: 'Photo 1 of Linus' });
    await tabTo(photo);
    await key('Enter');
    await page.getByRole('dialog').waitFor();
    await key('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await hasFocus(photo)).toBe(true);
    await tabTo(page.locator('.starling-statement summary'));
    await key('Enter');
    await page.getByText('No review is hidden for its rating').waitFor();
  });

  it('votes and reports', async () => {
    const review = page.locator('.starling-review').first();
    await tabTo(review.getByRole('button', { name: 'Not helpful' }));
    await key('Space');
    await review.getByRole('button', { name: 'Not helpful 1' }).waitFor();
    await tabTo(review.getByRole('button', { name: 'Report' }));
    await key('Enter');
    await tabTo(page.locator('[name="reason"]').first());
    await key('ArrowDown');
    expect(await page.locator('[name="reason"]:checked').getAttribute('value')).toBe('offensive');
    await tabTo(page.getByRole('button', { name: 'Send' }));
    await key('Enter');
    await page.getByText('A moderator is told').waitFor();
    expect(await hasFocus(review.getByRole('button', { name: 'Report' }))).toBe(true);
  });

  it('writes a review', async () => {
    const write = page.getByRole('button', { name: 'Write a review' });
    await tabTo(write);
    await key('Enter');
    await tabTo(page.locator('[name="rating"]').first());
    for (let stars = 1; stars < 4; stars += 1) await key('ArrowRight');
    await tabTo(page.locator('[name="title"]'));
    await page.keyboard.type('By keyboard');
    await tabTo(page.locator('[name="body"]'));
    await page.keyboard.type('I typed every letter of this review.');
    await tabTo(page.locator('[name="recommended"]').first());
    await key('Space');
    await tabTo(page.locator('[name="characteristics.Quality"]').first());
    await key('ArrowRight');
    await tabTo(page.locator('[name="author.name"]'));
    await page.keyboard.type('Kim');
    await tabTo(page.locator('[name="author.email"]'));
    await page.keyboard.type('kim@example.com');
    await tabTo(page.getByRole('button', { name: 'Send' }));
    await key('Enter');
    await page.getByText('Your review is published.').waitFor();
    const own = page.locator('.starling-review').first();
    expect(await own.textContent()).toContain('I typed every letter');
    expect(await own.getByRole('img', { name: '4 out of 5 stars' }).count()).toBe(1);
    expect(await hasFocus(write)).toBe(true);
  });
});
