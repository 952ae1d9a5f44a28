import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { knownVersion, sendPublic } from '../../platform/http/conditional';
import { freshnessOf } from '../../platform/http/fresh-reads';
import { Problem } from '../../platform/http/problem';
import { addResource } from '../../platform/http/routing';
import { parseParameters } from '../../platform/http/validation';
import { packageRoot } from '../../platform/package-root';
import { widgetQuery } from '../widget-schema';
import type { WidgetService } from '../widget-service';
import { FILES_PATH, loadShopFiles } from './shop-files';
import {
  listingPage,
  missingPage,
  PRODUCT_JSON_LD_ID,
  productPage,
  type ShopProduct,
} from './shop-pages';

const HTML_TYPE = 'text/html; charset=utf-8';
const CACHE_CONTROL = 'public, max-age=300';

const shopQuery = widgetQuery.pick({ locale: true });

/**
 * The demo shop: a listing at `/`, and a page per product whose reviews are in its HTML. A product's
 * page has the version, caches and ETag of the fragment in it.
 *
 * @throws one line when the storefront is not built
 */
export function createDemoShopRouter({ readWidget }: Pick<WidgetService, 'readWidget'>): Router {
  const router = Router();
  const files = loadShopFiles();
  const products = readProducts();
  const listing = listingPage(files.address, products);
  const missing = missingPage(files.address);

  addResource(router, '/', {
    get: [
      pagePolicy,
      (_request, response) => {
        response.setHeader('Cache-Control', CACHE_CONTROL);
        response.type(HTML_TYPE).send(listing);
      },
    ],
  });

  addResource(router, '/shop/:product_id', {
    get: [
      pagePolicy,
      async (request, response) => {
        const { locale } = parseParameters(shopQuery, request.query);
        const product = products.find(({ id }) => id === request.params.product_id);
        if (!product) return void response.status(404).type(HTML_TYPE).send(missing);
        const render = (fragment: string) =>
          productPage(files.address, { product, locale, fragment });
        const shell = hashOf(render(''));
        const query = widgetQuery.parse({
          locale,
          product_name: product.name,
          jsonld_id: PRODUCT_JSON_LD_ID,
        });
        const known = (form: string) => knownVersion(request, `${form}-${shell}`);
        const widget = await readWidget(product.id, query, known, freshnessOf(request));
        const body = widget.body && render(withDrawings(String(widget.body)));
        const version = `${widget.version}-${shell}`;
        sendPublic(request, response, { ...widget, body, version }, HTML_TYPE);
      },
    ],
  });

  addResource(router, `${FILES_PATH}/:name`, {
    get: (request, response) => {
      const file = files.find(String(request.params.name));
      if (!file) throw new Problem('not-found');
      response.setHeader('Cache-Control', file.cacheControl);
      response.setHeader('Content-Type', file.type);
      response.end(file.body);
    },
  });

  addResource(router, '/README.md', {
    get: (_request, response) => {
      response.setHeader('Cache-Control', CACHE_CONTROL);
      response.type('text/plain; charset=utf-8');
      response.sendFile(path.join(packageRoot, 'README.md'), { cacheControl: false });
    },
  });

  return router;
}

/** Everything comes from this host: scripts, styles, images and the API. */
const pagePolicy: RequestHandler = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    objectSrc: ["'none'"],
  },
});

function readProducts(): ShopProduct[] {
  const file = path.join(packageRoot, 'storefront', 'demo', 'products.json');
  return JSON.parse(readFileSync(file, 'utf8')) as ShopProduct[];
}

/**
 * The generated reviews have photos at addresses that lead nowhere; the shop has drawings in their
 * places. shop.js does the same for further pages.
 */
function withDrawings(fragment: string): string {
  return fragment.replace(
    /https:\/\/images\.example\.com\/reviews\/\w+(\w)\.jpg/g,
    (_, last: string) => `${FILES_PATH}/photo-${Number.parseInt(last, 16) % 4}.svg`,
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}
