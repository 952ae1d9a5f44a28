import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { createTestApi, type TestApi } from '../support/api';

/** What a store's page says besides the elements. */
export interface PageOptions {
  /** Inside `body`. */
  body: string;
  lang?: string;
  dir?: string;
  /** The style sheet is linked, as a store does; false: the script loads it. */
  styles?: boolean;
  /** false: the page does not load the widget's script. */
  script?: boolean;
  theme?: 'plain' | 'night' | 'paper';
  policy?: string;
}

/** Answers in the service's stead; false: the service answers. */
type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The store's own, in the theme's colours. */
const PAGE_STYLES = `body { margin: 0; font: 1rem/1.5 system-ui, sans-serif;
background: var(--starling-background, #fff); color: var(--starling-text, #111827) }
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem }`;

/**
 * A store with reviews: the service on one origin, pages and the widget's files (the CDN's part) on
 * another.
 */
export interface StorefrontSite {
  api: TestApi;
  apiUrl: string;
  pagesUrl: string;
  /** @returns its address */
  page(options: PageOptions): string;
  /** The service's HTML of a product's reviews. */
  fragment(productId: string, locale?: string, limit?: number): Promise<string>;
  /** What browsers have asked the service for since this was last called: `GET /v1/…`. */
  takeRequests(): string[];
  intercept: Intercept;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.map': 'application/json',
};

export async function createStorefrontSite(
  environment: Record<string, string> = {},
): Promise<StorefrontSite> {
  const api = await createTestApi({ THROTTLE: 'off', ...environment });
  const servers: Server[] = [];
  const pages = new Map<string, PageOptions>();
  let requests: string[] = [];

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const site: StorefrontSite = {
    api,
    apiUrl: await listen((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      if (!site.intercept(request, response)) api.app(request, response);
    }),
    pagesUrl: await listen((request, response) => servePage(request.url!, response)),
    page(options) {
      const name = `/page-${pages.size}`;
      pages.set(name, options);
      return site.pagesUrl + name;
    },
    async fragment(productId, locale = 'en', limit = 10) {
      const path = `/v1/products/${productId}/widget?locale=${locale}&limit=${limit}`;
      const answer = await api.get(path);
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
      return answer.text;
    },
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    intercept: () => false,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      await api.close();
    },
  };

  function servePage(url: string, response: ServerResponse): void {
    const { pathname } = new URL(url, 'http://pages');
    const page = pages.get(pathname);
    if (page) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      if (page.policy) response.setHeader('Content-Security-Policy', page.policy);
      return void response.end(documentOf(page));
    }
    if (pathname === '/page.css') {
      response.setHeader('Content-Type', 'text/css');
      return void response.end(PAGE_STYLES);
    }
    const file = path.join(packageRoot, 'storefront', pathname);
    try {
      const contents = readFileSync(file);
      response.setHeader('Content-Type', TYPES[path.extname(file)] ?? 'text/plain');
      response.end(contents);
    } catch {
      response.writeHead(404).end();
    }
  }

  return site;
}

const SCRIPT = '<script type="module" src="/dist/starling-reviews.js"></script>';

function documentOf({
  body,
  lang = 'en',
  dir,
  styles = true,
  script = true,
  theme,
}: PageOptions): string {
  const links = [
    ...(theme ? [`/styles/themes/${theme}.css`] : []),
    ...(styles ? ['/dist/starling-reviews.css'] : []),
  ].map((href) => `<link rel="stylesheet" href="${href}">`);
  return `<!doctype html><html lang="${lang}"${dir ? ` dir="${dir}"` : ''}><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>A product</title>
${links.join('')}<link rel="stylesheet" href="/page.css">${script ? SCRIPT : ''}</head>
<body><main><h1>A product</h1>${body}</main></body></html>`;
}
