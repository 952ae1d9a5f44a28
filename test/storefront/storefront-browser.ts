import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../bench/storefront/chromium-binary';
import { PHOTO } from './sample-reviews';

/** What every address under `PHOTO` shows. */
const LANDSCAPE = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600">
<rect width="800" height="600" fill="#7dd3fc"/><circle cx="600" cy="150" r="60" fill="#fde68a"/>
<path d="M0 600 300 200 500 450 620 330 800 600z" fill="#166534"/></svg>`;

/** One browser for the tests of a file. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium()!,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    timeout: 120_000,
  });
}

type ContextOptions = Parameters<Browser['newContext']>[0];

/** A new reader's page: nothing stored, and what the console complains about is kept. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Errors of scripts and the console, but for failed requests. */
  complaints: string[];
}

export async function visit(browser: Browser, url: string, options: ContextOptions = {}) {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.addInitScript(watchLayoutShifts);
  await context.route(`${PHOTO}/**`, (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: LANDSCAPE }),
  );
  await page.goto(url);
  return { page, context, complaints } satisfies Visit;
}

/** Until the element has made its HTML work. */
export async function untilReady(page: Page): Promise<void> {
  await page.locator('.starling[data-ready]').first().waitFor();
}

/** The sum of the shifts that no reader has caused. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { layoutShift: number }).layoutShift);
}

function watchLayoutShifts(): void {
  const told = window as unknown as { layoutShift: number };
  told.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as {
      value: number;
      hadRecentInput: boolean;
    }[])
      if (!entry.hadRecentInput) told.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}
