import { Router } from 'express';
import helmet from 'helmet';
import { addResource } from '../platform/http/routing';

const CACHE_CONTROL = 'public, max-age=300';
const STYLE_PATH = '/docs/home.css';

/** The page at `/`, which `npm start` prints first. It says what Starling is and links its pages. */
export function createHomeRouter(): Router {
  const router = Router();
  addResource(router, '/', {
    get: [
      pagePolicy,
      (_request, response) => {
        response.setHeader('Cache-Control', CACHE_CONTROL);
        response.type('text/html').send(PAGE);
      },
    ],
  });
  addResource(router, STYLE_PATH, {
    get: (_request, response) => {
      response.setHeader('Cache-Control', CACHE_CONTROL);
      response.type('text/css').send(STYLE);
    },
  });
  return router;
}

/** The page has links, one style sheet and one icon, no script and no form. */
const pagePolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Starling</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="${STYLE_PATH}">
  </head>
  <body>
    <main>
      <h1>Starling</h1>
      <p>This ratings and reviews service is running. It is an HTTP API for the pages of an online store.</p>
      <ul>
        <li><a href="/docs">The API</a>, to read and try</li>
        <li><a href="/openapi.json">Its OpenAPI document</a>, for generators</li>
        <li><a href="/v1/products/42/reviews">The reviews of product 42</a>, as an example: a store chooses its own product ids</li>
        <li><a href="/v1/products/42/summary">The summary of product 42</a>: count, average, histogram</li>
        <li><a href="/readyz">Whether the instance is ready</a></li>
      </ul>
      <p>Guides are in the folder <code>docs/guide</code> of the source.</p>
    </main>
  </body>
</html>
`;

const STYLE = `:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; margin: 0; }
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1rem; }
li { margin: 0.5rem 0; }
`;
