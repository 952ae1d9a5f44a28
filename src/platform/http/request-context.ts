import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../telemetry/logger';
import type { RequestMeter } from '../telemetry/request-meter';

const ACCEPTED_ID = /^[A-Za-z0-9._:-]{1,128}$/;
const SLOW_MS = 1_000;

/** Taken over from the request, if it is fit to be written into a log, else made. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED_ID.test(given) ? given : randomUUID();
}

export interface AnsweredRequest {
  id: string;
  method: string;
  /** Without the query. */
  path: string;
  /** The pattern that it matched; undefined: none. */
  route?: string;
  status: number;
  tookMs: number;
}

/** Told of every request when it is answered. */
export type AccessLog = (answered: AnsweredRequest) => void;

/**
 * Counts each request, and logs what is worth a line: writes and slow requests at `info`, the others at `debug`. Never the query,
 * an address or a header: they may hold what must not be kept.
 */
export function createAccessLog(logger: Logger, meter: RequestMeter): AccessLog {
  const logsAll = logger.isLevelEnabled('debug');

  return ({ id, method, path, route, status, tookMs }) => {
    meter.record(method, route, status, tookMs / 1000);
    const isRead = method === 'GET' || method === 'HEAD';
    const deservesInfo = tookMs >= SLOW_MS || !isRead;
    if (!deservesInfo && !logsAll) return;
    logger[deservesInfo ? 'info' : 'debug'](
      { request_id: id, method, path, status, duration_ms: Math.round(tookMs) },
      'request',
    );
  };
}

/** Names the instance and the request in the response, and writes an access log line when it is answered. */
export function createRequestContext(instance: string, logger: Logger, meter: RequestMeter): RequestHandler {
  const accessLog = createAccessLog(logger, meter);

  return (request, response, next) => {
    const id = requestIdOf(request);
    response.locals.requestId = id;
    response.setHeader('X-Served-By', instance);
    response.setHeader('X-Request-Id', id);

    response.locals.startedAtSecond = Math.floor(Date.now() / 1000);
    const startedAt = performance.now();
    response.once('finish', () => {
      const { method, path } = request;
      const tookMs = performance.now() - startedAt;
      accessLog({ id, method, path, route: request.route?.path, status: response.statusCode, tookMs });
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
