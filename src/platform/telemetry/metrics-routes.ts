import type { Request, Router } from 'express';
import { createOperationRouter } from '../http/operation-router';
import { demandScope } from '../http/principal';
import { metricsOperations } from './metrics-contract';
import type { PrometheusExporter } from './prometheus-exporter';

/**
 * Behind a balancer, each answer would come from another instance: scrape the instances themselves.
 * Nginx refuses the path.
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
 * Believes the connection, not a header. A proxy on this machine forwards requests of strangers, and
 * says so in a header.
 */
function isFromThisMachine({ socket, headers }: Request): boolean {
  if (!LOOPBACK.test(socket.remoteAddress ?? '')) return false;
  return headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}
