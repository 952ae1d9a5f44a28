import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { startNginx, type TestNginx } from '../support/nginx';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { submitSampleReviews } from './sample-reviews';
import { launchBrowser, untilReady, visit } from './storefront-browser';
import { createStorefrontSite, type StorefrontSite } from './storefront-site';

const QUIET_LINE = 'Reviews are not available at the moment.';

describeWith('chromium', 'the widget when the service', () => {
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
  afterEach(() => {
    site.intercept = () => false;
  });

  async function open(inside: string, api = site.apiUrl) {
    const body = `<starling-reviews product-id="jacket" api="${api}">${inside}</starling-reviews>`;
    return visit(browser, site.page({ body }));
  }

  const retry = (page: Page) => page.getByRole('button', { name: 'Try again' });
  const breakConnections: StorefrontSite['intercept'] = (request) => {
    request.socket.destroy();
    return true;
  };

  it('is away: says so where the page has no reviews, and shows them on a retry', async () => {
    site.intercept = breakConnections;
    const { page, context } = await open('');
    await page.getByText(QUIET_LINE).waitFor();
    site.intercept = () => false;
    await retry(page).click();
    await untilReady(page);
    expect(await page.locator('.starling-review').count()).toBe(10);
    await context.close();
  });

  it('is away: what the page shows stays, and a retry does what was asked for', async () => {
    const { page, context } = await open(await site.fragment('jacket'));
    await untilReady(page);
    site.intercept = breakConnections;
    await page.getByRole('button', { name: '5 stars' }).click();
    await page.getByText(QUIET_LINE).waitFor();
    expect(await page.locator('.starling-review').count()).toBe(10);
    site.intercept = () => false;
    await retry(page).click();
    await page.getByText('5 reviews shown').waitFor();
    await context.close();
  });

  it('is away: stars of listings stay empty, and nothing else happens', async () => {
    let asked = 0;
    site.intercept = (request, response) => {
      asked += 1;
      return breakConnections(request, response);
    };
    const body = `<starling-stars product-id="jacket" api="${site.apiUrl}"></starling-stars>`;
    const { page, context, complaints } = await visit(browser, site.page({ body }));
    await until('the last of three tries', () => asked === 3, 60_000);
    expect(await page.locator('starling-stars').textContent()).toBe('');
    expect(complaints.filter((line) => !line.startsWith('Failed to load'))).toEqual([]);
    await context.close();
  });

  it('refuses for a minute: asks no second time', async () => {
    const { page, context } = await open(await site.fragment('jacket'));
    await untilReady(page);
    site.intercept = (_request, response) => {
      response
        .writeHead(429, {
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Expose-Headers': 'Retry-After',
          'Retry-After': '60',
        })
        .end();
      return true;
    };
    site.takeRequests();
    await page.getByRole('button', { name: '5 stars' }).click();
    await page.getByText(QUIET_LINE).waitFor();
    expect(site.takeRequests()).toHaveLength(1);
    await context.close();
  });

  describeWith('nginx', 'is behind Nginx on another origin', () => {
    let nginx: TestNginx;
    let instance: Server;

    beforeAll(async () => {
      instance = createServer(site.api.app).listen(0, '127.0.0.1');
      await new Promise((resolve) => instance.once('listening', resolve));
      nginx = await startNginx([(instance.address() as AddressInfo).port]);
    });
    afterAll(async () => {
      await nginx?.stop();
      instance?.closeAllConnections();
      instance?.close();
    });

    it('lists, votes and publishes', async () => {
      const { page, context, complaints } = await open(await site.fragment('jacket'), nginx.url);
      await untilReady(page);
      await page.getByLabel('With photos').check();
      await page.getByText('2 reviews shown').waitFor();
      await page.getByRole('button', { name: 'Not helpful' }).first().click();
      await page.getByRole('button', { name: 'Not helpful 1' }).waitFor();
      await page.getByRole('button', { name: 'Write a review' }).click();
      await page.locator('[name="rating"][value="5"]').check({ force: true });
      await page.getByLabel('Your review').fill('Through the balancer it came to me.');
      await page.getByLabel('Your name').fill('Nora');
      await page.getByLabel('Your e-mail address').fill('nora@example.com');
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByText('Your review is published.').waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    });
  });
});
