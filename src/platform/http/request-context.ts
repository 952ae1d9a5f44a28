import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Logger } from '../telemetry/logger';
import type { RequestMeter } from '../telemetry/request-meter';
import type { IsProxy } from './client-address';

const ACCEPTED_ID = /^[A-Za-z0-9._:-]{1,128}$/;
const SLOW_MS = 1_000;

/** The request's `X-Request-Id` if it is safe to log, else a new random id. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED_ID.test(given) ? given : randomUUID();
}

export interface AnsweredRequest {
  id: string;
  method: string;
  /** Without the query. */
  path: string;
  /** The pattern of the route that it matched; undefined: none. */
  route?: string;
  status: number;
  tookMs: number;
}

/** Called for every request when it is answered. */
export type AccessLog = (answered: AnsweredRequest) => void;

/**
 * Counts each request, and logs writes and slow requests at `info`, the others at `debug`. It never
 * logs the query, an address or a header, because they may hold personal data or secrets.
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

export interface RequestContextDeps {
  instance: string;
  logger: Logger;
  meter: RequestMeter;
  /** Whether the peer is trusted to send `Starling-Clock`. */
  isProxy: IsProxy;
}

/**
 * Names the instance and the request in the response, and writes an access log line when it is
 * answered.
 */
export function createRequestContext({
  instance,
  logger,
  meter,
  isProxy,
}: RequestContextDeps): RequestHandler {
  const accessLog = createAccessLog(logger, meter);

  return (request, response, next) => {
    const id = requestIdOf(request);
    response.locals.requestId = id;
    response.setHeader('X-Served-By', instance);
    response.setHeader('X-Request-Id', id);

    const startedAt = performance.now();
    const proxysMs = isProxy(request.socket) ? proxysClock(request) : undefined;
    response.locals.cameAt = {
      wallMs: proxysMs ?? Date.now(),
      monotonicMs: startedAt,
    } satisfies CameAt;
    response.once('finish', () => {
      const { method, path } = request;
      const tookMs = performance.now() - startedAt;
      accessLog({
        id,
        method,
        path,
        route: request.route?.path,
        status: response.statusCode,
        tookMs,
      });
    });
    next();
  };
}

/** When the request arrived, by two clocks. */
export interface CameAt {
  /** Milliseconds since 1970, by the clock of the Nginx that sent it; without Nginx by our own. */
  wallMs: number;
  /** By `performance.now()`. */
  monotonicMs: number;
}

export function cameAt(response: Response): CameAt {
  return response.locals.cameAt as CameAt;
}

/** The format of Nginx's `$msec`. */
const SECONDS_WITH_MS = /^\d{1,12}\.\d{3}$/;

function proxysClock(request: IncomingMessage): number | undefined {
  const seconds = request.headers['starling-clock'] as string | undefined; // several are joined to one by Node
  return seconds !== undefined && SECONDS_WITH_MS.test(seconds)
    ? Math.round(Number(seconds) * 1000)
    : undefined;
}

export function requestId(response: Response): string {
  return response.locals.requestId as string;
}
