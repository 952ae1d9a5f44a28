import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Liquid } from 'liquidjs';
import type { Browser } from 'playwright-core';
import { freePorts } from '../../scripts/local/free-ports';
import { type ListeningServer, listen } from '../../src/platform/http/server';
import { packageRoot } from '../../src/platform/package-root';
import { createTestApi, type TestApi } from '../support/api';
import { outlineOf } from '../support/html-tree';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { launchBrowser, layoutShift, untilReady, visit } from './storefront-browser';

const EXAMPLES = path.join(packageRoot, 'storefront', 'examples');
const HOSTILE_NAME = `Blue "shoe" </starling-reviews><script>alert(1)</script>`;

let api: TestApi;
let starling: ListeningServer;
/** The API; the demo shop's files stand in for the CDN's. */
let apiUrl: string;
let cdnUrl: string;
const children: ChildProcess[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off', DEMO_SHOP: 'on' });
  for (const product of ['29', '42', '57'])
    await api.submit(product, { rating: 4, body: `It works, says ${product}.` }).expect(201);
  starling = await listen(api.app, '127.0.0.1', 0);
  apiUrl = `http://127.0.0.1:${starling.port}`;
  cdnUrl = `${apiUrl}/storefront`;
});
afterAll(async () => {
  await Promise.all(children.map(end));
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await starling.drain(0);
  await api.close();
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/** Starts a server of an example. @returns the address that it prints */
async function start(command: string, args: string[], environment: NodeJS.ProcessEnv, cwd: string) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, CDN_URL: cdnUrl, STARLING_URL: apiUrl, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (part) => (output += part));
  await until('the example listens', async () => /http:\S+/.test(output));
  return /http:\/\/\S+/.exec(output)![0];
}

const startNodeTemplate = (environment: NodeJS.ProcessEnv = {}) =>
  start(
    process.execPath,
    ['server.mjs'],
    { PORT: '0', ...environment },
    path.join(EXAMPLES, 'node-template'),
  );

/** A store's page on another origin than the API's. @returns its address */
async function serve(html: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function plainPage(): string {
  return readFileSync(path.join(EXAMPLES, 'plain-html', 'product.html'), 'utf8')
    .replaceAll('https://cdn.example.com', cdnUrl)
    .replaceAll('https://reviews.example.com', apiUrl);
}

async function shopifyPage(): Promise<string> {
  const source = readFileSync(
    path.join(EXAMPLES, 'shopify', 'sections', 'starling-reviews.liquid'),
    'utf8',
  );
  const [, schema] = /\{% schema %\}(.*)\{% endschema %\}/s.exec(source)!;
  expect(JSON.parse(schema!)).toMatchObject({ templates: ['product'] });
  const stars = readFileSync(
    path.join(EXAMPLES, 'shopify', 'snippets', 'starling-stars.liquid'),
    'utf8',
  );
  return new Liquid().parseAndRender(stars + source.replace(/\{% schema %\}.*/s, ''), {
    product: { id: 57, title: HOSTILE_NAME, url: '/products/blue-shoe' },
    shop: { url: 'https://shop.example.com' },
    request: { locale: { iso_code: 'de' } },
    settings: { starling_api: apiUrl, starling_cdn: cdnUrl },
  });
}

describe('the example for any server-side template', () => {
  it('has the reviews in its HTML, and escapes the name of the product', async () => {
    const url = await startNodeTemplate();
    const page = await (await fetch(`${url}/products/57`)).text();
    expect(page).toContain('It works, says 57.');
    expect(page).toContain('<h1>Lambswool &lt;jumper&gt;</h1>');
    expect(page).toContain('"name":"Lambswool \\u003cjumper>"');
    expect((await fetch(`${url}/products/none`)).status).toBe(404);
  });

  it('shows a changed product again, and the last reviews while Starling is away', async () => {
    const other = await listen(api.app, '127.0.0.1', 0);
    const url = await startNodeTemplate({ STARLING_URL: `http://127.0.0.1:${other.port}` });
    const read = async () => (await fetch(`${url}/products/29`)).text();
    expect(await read()).toContain('It works, says 29.');
    await api.submit('29', { body: 'A second one.' }).expect(201);
    await until('the page shows the change', async () => (await read()).includes('A second one.'));
    await other.drain(0);
    expect(await read()).toContain('A second one.');
  });

  it('leaves the element empty if Starling has never answered', async () => {
    const [port] = await freePorts(1);
    const url = await startNodeTemplate({ STARLING_URL: `http://127.0.0.1:${port}` });
    expect(await (await fetch(`${url}/products/29`)).text()).toMatch(/"><\/starling-reviews>/);
  });
});

describe('the example for a Shopify theme', () => {
  it('has the attributes of the product, with every text escaped', async () => {
    const outline = outlineOf(await shopifyPage()).map((line) => line.trim());
    expect(outline.filter((line) => line.startsWith('<'))).toEqual([
      '<starling-stars>',
      '<link>',
      '<script>',
      '<starling-reviews>',
    ]);
    expect(outline).toContain('@product-id="57"');
    expect(outline).toContain(`@product-name=${JSON.stringify(HOSTILE_NAME)}`);
    expect(outline).toContain(
      '@data-product-jsonld-id="https://shop.example.com/products/blue-shoe#product"',
    );
  });
});

describeWith('php', 'the example for WooCommerce', () => {
  it('prints the reviews in its tab, asks Starling once, and marks the script as a module', async () => {
    const plugin = path.join(EXAMPLES, 'woocommerce', 'starling-reviews.php');
    const page = path.join(packageRoot, 'test', 'storefront', 'woocommerce-page.php');
    // Not spawnSync: this process answers the request.
    const php = spawn('php', ['-d', 'zend.assertions=1', page, plugin, apiUrl, '57', HOSTILE_NAME]);
    let printed = '';
    let said = '';
    php.stdout.on('data', (part) => (printed += part));
    php.stderr.on('data', (part) => (said += part));
    const [code] = await once(php, 'close');

    expect({ code, said }).toEqual({
      code: 0,
      said: 'requests 1\n{"id":"starling-reviews-js","type":"module"}',
    });
    expect(printed).toContain('It works, says 57.');
    expect(printed).toContain('Kundenbewertungen');
    const outline = outlineOf(printed).map((line) => line.trim());
    expect(outline[0]).toBe('<starling-reviews>');
    expect(outline).toContain(`@product-name=${JSON.stringify(HOSTILE_NAME)}`);
    expect(spawnSync('php', ['-l', plugin]).status).toBe(0);
  });
});

describeWith('nextjs', 'the example for Next.js', () => {
  it('builds, and has the reviews in its HTML', async () => {
    const folder = path.join(EXAMPLES, 'nextjs');
    const next = path.join(folder, 'node_modules', 'next', 'dist', 'bin', 'next');
    const environment = { CDN_URL: cdnUrl, STARLING_URL: apiUrl, NEXT_TELEMETRY_DISABLED: '1' };
    const build = spawn(process.execPath, [next, 'build'], {
      cwd: folder,
      env: { ...process.env, ...environment, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(build);
    expect((await once(build, 'exit'))[0]).toBe(0);
    const [port] = await freePorts(1);
    const args = [next, 'start', '--hostname', '127.0.0.1', '--port', `${port}`];
    await start(process.execPath, args, { ...environment, NODE_ENV: 'production' }, folder);
    const page = `http://127.0.0.1:${port}/products/29`;
    await until('Next.js answers', async () => {
      const answer = await fetch(page).catch(() => null);
      return answer?.ok === true;
    });
    expect(await (await fetch(page)).text()).toContain('It works, says 29.');
  });
});

describeWith('chromium', 'in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('the plain page gets its stars and reviews from another origin', async () => {
    const { page, complaints } = await visit(browser, await serve(plainPage()));
    await untilReady(page);
    expect(await page.locator('.starling-list').textContent()).toContain('It works, says 42.');
    await page.locator('starling-stars .starling-stars').waitFor();
    expect(complaints).toEqual([]);
  });

  it('the Shopify section gets its reviews, in the language of the request', async () => {
    const html = `<!doctype html><title>x</title>${await shopifyPage()}`;
    const { page, complaints } = await visit(browser, await serve(html));
    await untilReady(page);
    expect(await page.locator('.starling-title').textContent()).toBe('Kundenbewertungen');
    expect(complaints).toEqual([]);
  });

  it('the page of the server-side template works without a request, and nothing moves', async () => {
    const url = await startNodeTemplate();
    const { page, complaints } = await visit(browser, `${url}/products/29`);
    await untilReady(page);
    expect(await layoutShift(page)).toBe(0);
    expect(complaints.filter((line) => !line.includes('favicon') && !line.includes('404'))).toEqual(
      [],
    );
  });
});
