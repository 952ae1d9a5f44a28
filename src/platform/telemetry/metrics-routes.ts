import { type Request, type RequestHandler, Router } from 'express';
import { demandScope } from '../http/principal';
import { addResource } from '../http/routing';
import type { PrometheusExporter } from './prometheus-exporter';

/**
 * `/metrics` in Prometheus' text, for any client on this machine, and elsewhere for a key of the
 * scope `metrics`. Behind a balancer each answer would be another instance's: scrape the instances
 * (Nginx refuses the path).
 */
export function createMetricsRouter({ contentType, render }: PrometheusExporter): Router {
  const router = Router();
  addResource(router, '/metrics', {
    get: [
      admit,
      async (_request, response) => {
        const text = await render();
        response.setHeader('Cache-Control', 'no-store');
        response.setHeader('Content-Type', contentType);
        response.end(text);
      },
    ],
  });
  return router;
}

const admit: RequestHandler = (request, response, next) => {
  if (!isAskedHere(request)) demandScope(response, 'metrics');
  next();
};

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

/**
 * By the connection, not by what a header says of it. A proxy on this machine passes on the
 * requests of others, and says so in a header.
 */
function isAskedHere({ socket, headers }: Request): boolean {
  if (!LOOPBACK.test(socket.remoteAddress ?? '')) return false;
  return headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}
