import express, { type Express, type RequestHandler, type Router } from 'express';
import { browserPolicy } from './platform/http/browser-policy';
import { createIsProxy } from './platform/http/client-address';
import {
  createErrorMiddleware,
  notFound,
  type ReportFailure,
} from './platform/http/error-middleware';
import { setReadYourWritesCookie } from './platform/http/fresh-reads';
import { parseQuery } from './platform/http/query';
import { createRequestContext } from './platform/http/request-context';
import type { Logger } from './platform/telemetry/logger';
import type { RequestMeter } from './platform/telemetry/request-meter';

export interface AppDeps {
  instance: string;
  trustedProxies: readonly string[];
  logger: Logger;
  meter: RequestMeter;
  reportFailure: ReportFailure;
  /** Find the client whose key a request has; reject a request with an invalid key. */
  clients: { authenticate: RequestHandler; rejectInvalidKey: RequestHandler };
  /** Most used first: Express tries them one after the other. */
  routers: readonly Router[];
}

/**
 * The order of middleware on one screen. The app never listens. `compose.ts` puts the quotas before
 * it (throttle/http/throttle-gate.ts).
 */
export function buildApp(deps: AppDeps): Express {
  const { instance, trustedProxies, logger, meter, reportFailure, clients, routers } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag'); // ours are made of versions (platform/http/conditional.ts)
  app.set('query parser', parseQuery);
  app.set('trust proxy', [...trustedProxies]);

  app.use(
    createRequestContext({ instance, logger, meter, isProxy: createIsProxy(trustedProxies) }),
  );
  app.use(setReadYourWritesCookie);
  app.use(clients.authenticate);
  app.use(browserPolicy);
  app.use(clients.rejectInvalidKey);
  for (const router of routers) app.use(router);
  app.use(notFound);
  app.use(createErrorMiddleware(logger, reportFailure));
  return app;
}
