import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../telemetry/logger';
import type { RequestMeter } from '../telemetry/request-meter';

const ACCEPTED_ID = /^[A-Za-z0-9._:-]{1,128}$/;
const SLOW_MS = 1_000;

/**
 * Names the instance and the request in the response, counts it when it is answered, and logs what is worth a line: writes and slow requests at
 * `info`, the others at `debug`. Never the query, an address or a header: they may hold what must not be kept.
 */
export function createRequestContext(instance: string, logger: Logger, meter: RequestMeter): RequestHandler {
  const logsAll = logger.isLevelEnabled('debug');

  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && ACCEPTED_ID.test(given) ? given : randomUUID();
    response.locals.requestId = id;
    response.setHeader('X-Served-By', instance);
    response.setHeader('X-Request-Id', id);

    response.locals.startedAtSecond = Math.floor(Date.now() / 1000);
    const startedAt = performance.now();
    response.once('finish', () => {
      const tookMs = performance.now() - startedAt;
      meter.record(request.method, request.route?.path, response.statusCode, tookMs / 1000);
      const durationMs = Math.round(tookMs);
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      const deservesInfo = durationMs >= SLOW_MS || !isRead;
      if (!deservesInfo && !logsAll) return;
      logger[deservesInfo ? 'info' : 'debug'](
        {
          request_id: id,
          method: request.method,
          path: request.path,
          status: response.statusCode,
          duration_ms: durationMs,
        },
        'request',
      );
    });
    next();
  };
}

/** The second, since 1970, in which the request came: nothing that was read for it is older. */
export function startedAtSecond(response: Response): number {
  return response.locals.startedAtSecond as number;
}

export function requestId(response: Response): string {
  return response.locals.requestId as string;
}
