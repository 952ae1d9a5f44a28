import type { Request, Router } from 'express';
import { createOperationRouter } from '../http/operation-router';
import { demandScope } from '../http/principal';
import { metricsOperations } from './metrics-contract';
import type { PrometheusExporter } from './prometheus-exporter';

/**
 * `/metrics` in Prometheus' text format. Requests from this machine need no key; others need a key
 * of the scope `metrics`. Scrape each instance directly: behind a balancer, every answer could come
 * from another instance, so Nginx refuses the path.
 */
export function createMetricsRouter({ contentType, render }: PrometheusExporter): Router {
  return createOperationRouter(metricsOperations, {
    async readMetrics(_input, request, response) {
      if (!isFromThisMachine(request)) demandScope(response, 'metrics');
      const text = await render();
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Content-Type', contentType);
      response.end(text);
    },
  });
}

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

/**
 * Judges by the address of the connection. A proxy on this machine forwards requests of others; it
 * says so in a header, and such a request is not from this machine.
 */
function isFromThisMachine({ socket, headers }: Request): boolean {
  if (!LOOPBACK.test(socket.remoteAddress ?? '')) return false;
  return headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}
