import { type RequestHandler, Router } from 'express';
import { buildApp } from '../../../src/app';
import { knownVersion, sendPublic } from '../../../src/platform/http/conditional';
import { listen } from '../../../src/platform/http/server';
import { createLogger } from '../../../src/platform/telemetry/logger';
import { createRequestMeter } from '../../../src/platform/telemetry/request-meter';

/**
 * The limit of an instance: Starling's own middleware answers with a fixed page from memory, without
 * a database.
 */
const PAGE = JSON.stringify({
  product_id: '1',
  reviews: Array(10).fill({ body: 'x'.repeat(360) }),
  next_cursor: null,
});

const router = Router();
router.get('/v1/products/:product_id/reviews', (request, response) => {
  knownVersion(request);
  sendPublic(request, response, { version: '1', body: PAGE, products: ['1'] });
});
router.get('/readyz', (_request, response) => {
  response.json({ status: 'ready' });
});

const instance = process.env.INSTANCE_NAME ?? 'memory';
const logger = createLogger('warn', instance);
const pass: RequestHandler = (_request, _response, next) => next();
const app = buildApp({
  instance,
  trustedProxies: ['loopback'],
  logger,
  meter: createRequestMeter(),
  reportFailure: () => {},
  clients: { authenticate: pass, rejectInvalidKey: pass },
  routers: [router],
});
void listen(app, '127.0.0.1', Number(process.env.PORT));
