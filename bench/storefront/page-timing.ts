import type { Browser, CDPSession, Page } from 'playwright-core';

/** Milliseconds of the page's main thread, and the layout shift until the script has run. */
export interface PageTiming {
  /** Loading the script into the page that shows the reviews, until they work. */
  enhanceMs: number;
  /** Fifty more reviews, from the click until they are laid out. */
  showMoreMs: number;
  layoutShift: number;
}

/** How much slower than this machine: a middling telephone, as Lighthouse takes it. */
export const SLOWDOWN = 4;

export async function timePage(browser: Browser, url: string): Promise<PageTiming> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await page.addInitScript(watchLayoutShifts);
  await page.goto(url, { waitUntil: 'networkidle' });
  await untilIdle(page);
  const shown = await mainThreadMs(session);

  await page.evaluate(() => {
    const script = document.createElement('script');
    script.type = 'module';
    script.src = '/dist/starling-reviews.js';
    document.head.append(script);
  });
  await page.locator('[data-ready]').waitFor({ state: 'attached' });
  await untilIdle(page);
  const ready = await mainThreadMs(session);
  const layoutShift = await page.evaluate(
    () => (window as unknown as { layoutShift: number }).layoutShift,
  );

  await page.evaluate(() => document.querySelector<HTMLElement>('.starling-more')!.click());
  await page.locator('.starling-review:nth-child(51)').waitFor({ state: 'attached' });
  await untilIdle(page);
  const more = await mainThreadMs(session);
  await context.close();
  return { enhanceMs: ready - shown, showMoreMs: more - ready, layoutShift };
}

/** Two frames later everything that was under way has been laid out and painted. */
function untilIdle(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve())),
      ),
  );
}

/**
 * Processor time of the page's tasks so far, which other programs do not lengthen, without those
 * that the measuring itself causes.
 */
async function mainThreadMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  const secondsOf = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return (secondsOf('TaskDuration') - secondsOf('DevToolsCommandDuration')) * 1_000;
}

function watchLayoutShifts(): void {
  const told = window as unknown as { layoutShift: number };
  told.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) told.layoutShift += (entry as { value?: number }).value!;
  }).observe({ type: 'layout-shift', buffered: true });
}
