import cors from 'cors';
import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { createErrorMiddleware, notFound } from './platform/http/error-middleware';
import { markWriters } from './platform/http/fresh-reads';
import { createRequestContext } from './platform/http/request-context';
import type { Logger } from './platform/telemetry/logger';
import type { RequestMeter } from './platform/telemetry/request-meter';

export interface AppDeps {
  instance: string;
  trustedProxies: readonly string[];
  logger: Logger;
  meter: RequestMeter;
  /** Whose key a request carries, and the refusal of bad ones. */
  clients: { identify: RequestHandler; refuseBadKeys: RequestHandler };
  /** Quotas; null: none. Before anything that reads a body. */
  throttle: RequestHandler | null;
  /** In the order of how often they are asked: Express tries them one after the other. */
  routers: readonly Router[];
}

/** The order of middleware on one screen. Never listens. */
export function buildApp(deps: AppDeps): Express {
  const { instance, trustedProxies, logger, meter, clients, throttle, routers } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // ours are made of versions (platform/http/conditional.ts)
  app.set('query parser', 'simple');
  app.set('trust proxy', [...trustedProxies]);

  app.use(createRequestContext(instance, logger, meter));
  app.use(markWriters);
  app.use(clients.identify);
  if (throttle) app.use(throttle); // before helmet and cors: a refusal then costs a fifth less, and brings what it needs of theirs
  app.use(helmet({ crossOriginResourcePolicy: { policy: 'cross-origin' } }));
  app.use(cors(STOREFRONTS));
  app.use(clients.refuseBadKeys);
  for (const router of routers) app.use(router);
  app.use(notFound);
  app.use(createErrorMiddleware(logger));
  return app;
}

/** Any storefront may read and write reviews from a browser; nothing here depends on cookies, so none are allowed. */
const STOREFRONTS: cors.CorsOptions = {
  origin: '*',
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowedHeaders: [
    'Authorization',
    'Cache-Control',
    'Content-Type',
    'Idempotency-Key',
    'If-None-Match',
    'Starling-Actor',
    'X-Request-Id',
  ],
  exposedHeaders: [
    'ETag',
    'Location',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
    'X-Request-Id',
    'X-Served-By',
  ],
  maxAge: 86_400,
};
