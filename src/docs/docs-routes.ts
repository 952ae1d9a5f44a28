import path from 'node:path';
import { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { addResource } from '../platform/http/routing';

/**
 * Resolved, not loaded: the package's main module would put the whole bundle into the memory of
 * each instance.
 */
const ASSET_FOLDER = path.dirname(require.resolve('swagger-ui-dist/package.json'));
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];
const CACHE_CONTROL = 'public, max-age=3600';

/** The OpenAPI document, and a page to read and try it. The page loads nothing from elsewhere. */
export function createDocsRouter(openApiDocument: object): Router {
  const router = Router();
  const contract = JSON.stringify(openApiDocument);

  addResource(router, '/openapi.json', {
    get: (_request, response) => {
      response.setHeader('Cache-Control', CACHE_CONTROL);
      response.type('application/json').send(contract);
    },
  });

  addResource(router, '/docs', {
    get: [
      pagePolicy,
      (_request, response) => {
        response.setHeader('Cache-Control', CACHE_CONTROL);
        response.type('text/html').send(PAGE);
      },
    ],
  });
  addResource(router, '/docs/start.js', {
    get: (_request, response) => {
      response.setHeader('Cache-Control', CACHE_CONTROL);
      response.type('text/javascript').send(START_SCRIPT);
    },
  });
  for (const asset of ASSETS) {
    addResource(router, `/docs/${asset}`, {
      get: (_request, response) =>
        response.sendFile(path.join(ASSET_FOLDER, asset), { maxAge: '1d' }),
    });
  }

  return router;
}

/**
 * Swagger UI sets style attributes and draws its icons from data: URLs. Scripts come from this host
 * only.
 */
const pagePolicy: RequestHandler = helmet.contentSecurityPolicy({
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    // The page must work over plain HTTP on a developer's machine.
    upgradeInsecureRequests: null,
  },
});

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Starling API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="contract"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START_SCRIPT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#contract', deepLinking: true });\n`;
