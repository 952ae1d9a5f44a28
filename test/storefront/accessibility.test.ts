import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../support/programs';
import { submitSampleReviews } from './sample-reviews';
import { launchBrowser, untilReady, visit } from './storefront-browser';
import { createStorefrontSite, type StorefrontSite } from './storefront-site';

describeWith('chromium', 'the accessibility of the widget', () => {
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

  async function open(
    theme: 'plain' | 'night' | 'paper' = 'plain',
    productId = 'jacket',
    options: Parameters<typeof visit>[2] = {},
  ) {
    const inside = await site.fragment(productId);
    const body = `<starling-reviews product-id="${productId}" api="${site.apiUrl}">${inside}</starling-reviews>
<p><starling-stars product-id="jacket" api="${site.apiUrl}"></starling-stars></p>`;
    const visited = await visit(browser, site.page({ theme, body }), options);
    await untilReady(visited.page);
    return visited;
  }

  /** What axe-core finds against WCAG 2.2 A and AA and its best practices, a line for each element. */
  async function findings(page: Page): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page })
      .options({ rules: { 'target-size': { enabled: true } } })
      .analyze();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }

  const write = (page: Page) => page.getByRole('button', { name: 'Write a review' }).click();

  const STATES: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
    ['list', async () => {}],
    [
      'list with a text and the statement unfolded',
      async (page) => {
        await page.getByText('Read more').first().click();
        await page.getByText('How we handle reviews').click();
      },
    ],
    [
      'list filtered',
      async (page) => {
        await page.getByRole('button', { name: '4 stars' }).click();
        await page.getByText('5 reviews shown').waitFor();
      },
    ],
    [
      'list without a match',
      async (page) => {
        await page.getByRole('button', { name: '1 star' }).click();
        await page.getByLabel('With photos').check();
        await page.getByText('No review matches these filters.').waitFor();
      },
    ],
    ['form', write],
    [
      'form with errors',
      async (page) => {
        await write(page);
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByText('Please correct').waitFor();
      },
    ],
    ['photo', (page) => page.getByRole('link', { name: 'Photo 1 of Linus' }).click()],
    ['report', (page) => page.getByRole('button', { name: 'Report' }).first().click()],
  ];

  describe.each(['plain', 'night', 'paper'] as const)('in the theme %s', (theme) => {
    it.each(STATES)('gives axe-core nothing to find: %s', async (_state, reach) => {
      const { page, context } = await open(theme);
      await reach(page);
      expect(await findings(page)).toEqual([]);
      await context.close();
    });
  });

  it('gives axe-core nothing to find without reviews, and with one that waits', async () => {
    const { page, context } = await open('plain', 'empty');
    expect(await findings(page)).toEqual([]);
    await write(page);
    await page.getByRole('radio', { name: '4 stars' }).first().check({ force: true });
    await page.getByLabel('Your review').fill('Sizes are at https://sizes.example.com today.');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Your e-mail address').fill('pending@example.com');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Only you see this review').waitFor();
    expect(await findings(page)).toEqual([]);
    await context.close();
  });

  it('needs no horizontal scrolling for the longest texts, without a space, at 400 % zoom', async () => {
    await site.api
      .submit('limits', {
        title: 'W'.repeat(150),
        body: 'W'.repeat(5_000),
        author: { name: 'W'.repeat(60), email: 'w@example.com' },
        characteristics: { Quality: 5 },
      })
      .expect(201);
    const { page, context } = await open('plain', 'limits', {
      viewport: { width: 320, height: 256 },
    });
    await page.getByText('Read more').click();
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(widths[0]).toBe(widths[1]);
    await context.close();
  });

  it('needs no horizontal scrolling at 400 % zoom', async () => {
    const { page, context } = await open('plain', 'jacket', {
      viewport: { width: 320, height: 256 },
    });
    const scrolls = () =>
      page.evaluate(() => document.documentElement.scrollWidth > document.body.clientWidth);
    expect(await scrolls()).toBe(false);
    await write(page);
    const dialog = page.getByRole('dialog');
    expect(await dialog.evaluate((node) => node.scrollWidth > node.clientWidth)).toBe(false);
    await page.getByRole('button', { name: 'Send' }).scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'Send' }).click({ trial: true });
    await context.close();
  });

  it('moves nothing for readers who want no motion', async () => {
    const { page, context } = await open('plain', 'jacket', { reducedMotion: 'reduce' });
    await write(page);
    const moving = await page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
    await context.close();
  });

  it('shows the rating and what is pressed in forced colours', async () => {
    const { page, context } = await open('plain', 'jacket', { forcedColors: 'active' });
    const stars = page.locator('.starling-average .starling-stars');
    const fills = await stars.evaluate((node) => [
      getComputedStyle(node).fill,
      getComputedStyle(node.querySelector('.starling-stars-full')!).fill,
    ]);
    expect(fills[0]).not.toBe(fills[1]);
    const row = page.locator('.starling-row').first();
    const outline = () => row.evaluate((node) => getComputedStyle(node).outlineStyle);
    expect(await outline()).toBe('none');
    await row.click();
    expect(await outline()).toBe('solid');
    await context.close();
  });
});
