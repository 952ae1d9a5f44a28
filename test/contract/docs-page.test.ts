import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { findChromium, HOW_TO_GET_CHROMIUM } from '../../bench/storefront/chromium-binary';
import { operations } from './contract-operations';
import { createExampleStore, type ExampleStore } from './example-store';

const executable = findChromium();
if (!executable)
  process.stderr.write(`The docs page is not tried in a browser: ${HOW_TO_GET_CHROMIUM}\n`);

/** Presses "Try it out" and "Execute" and changes nothing, like a new reader. */
(executable ? describe : describe.skip)('the page /docs in a browser', () => {
  let store: ExampleStore;
  let server: Server;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    store = await createExampleStore();
    server = createServer(store.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.setDefaultTimeout(170_000); // just below the limit in jest.config.cjs
    page.on('console', (message) => {
      // A browser logs each error response; the test compares the statuses below.
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/docs`);
    await page.locator('.opblock').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
    await store.close();
  });

  /** Opens the operation's box. */
  async function open(method: string, path: string): Promise<Locator> {
    const summary = page.locator(
      `.opblock-${method}:has(> .opblock-summary [data-path="${path}"])`,
    );
    await summary.locator('.opblock-summary-control').first().click();
    await summary.locator('.try-out__btn').click();
    return summary;
  }

  async function execute(box: Locator): Promise<string> {
    await box.locator('.execute').click();
    const status = box.locator('.live-responses-table tbody .response-col_status').first();
    const text = (await status.textContent())!;
    // The page draws an open box again with each change.
    await box.locator('.opblock-summary-control').first().click();
    return text.split(/\s/)[0]!;
  }

  it('lists reviews and posts one with the example values, without a key', async () => {
    const list = operations[0]!;
    const post = operations[1]!;
    expect([list.operation.operationId, post.operation.operationId]).toEqual([
      'listReviews',
      'submitReview',
    ]);

    const listed = await open('get', list.path);
    for (const { name, description } of list.operation.parameters!) {
      const row = listed.locator(`tr[data-param-name="${name}"]`);
      expect(plain((await row.locator('.parameters-col_description').textContent())!)).toContain(
        plain(description!),
      );
    }
    expect(await execute(listed)).toBe('200');
    expect(await execute(await open('post', post.path))).toBe('201');
  });

  it('gets a success from every other operation with the example values and a key', async () => {
    await authorize();
    const statuses: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const { name, method, path, operation } of operations.slice(2)) {
      statuses[name] = await execute(await open(method, path));
      expected[name] = Object.keys(operation.responses)[0]!;
    }
    expect(statuses).toEqual(expected);
    expect(errors).toEqual([]);
  });

  async function authorize(): Promise<void> {
    await page.locator('.btn.authorize').first().click();
    for (const container of await page.locator('.auth-container').all()) {
      await container.locator('input').fill(store.keys.all);
      await container.locator('button[type=submit]').click();
    }
    await page.locator('.close-modal').click();
  }
});

/** The text without Markdown's marks. */
function plain(text: string): string {
  return text.replaceAll('`', '').replace(/\s+/g, ' ');
}
