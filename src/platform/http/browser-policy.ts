import cors from 'cors';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

/**
 * Any storefront may read and write reviews from a browser; nothing here depends on cookies, so
 * none are allowed.
 */
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

/** What a browser must not do with an answer. */
const forbidMisuse = helmet({ crossOriginResourcePolicy: { policy: 'cross-origin' } });
/** Which pages may read it. Answers preflights. */
const admitStorefronts = cors(STOREFRONTS);

/** What both say of every answer alike, a name and a value in turn. */
export const POLICY_HEADERS: readonly string[] = listHeaders();

function listHeaders(): string[] {
  const list: string[] = [];
  const request = { method: 'GET', headers: {} } as Request;
  const response = {
    setHeader: (name: string, value: string) => void list.push(name, value),
    removeHeader: () => {},
  } as unknown as Response;
  for (const handler of [forbidMisuse, admitStorefronts]) void handler(request, response, () => {});
  return list;
}

/**
 * From the list: fifteen functions that say the same again for each request cost 6 of 46 µs of an
 * answer from memory.
 */
export const browserPolicy: RequestHandler = (request, response, next) => {
  for (let at = 0; at < POLICY_HEADERS.length; at += 2) {
    response.setHeader(POLICY_HEADERS[at]!, POLICY_HEADERS[at + 1]!);
  }
  if (request.method === 'OPTIONS') admitStorefronts(request, response, next);
  else next();
};
