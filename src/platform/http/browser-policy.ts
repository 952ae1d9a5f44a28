import cors from 'cors';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

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

/** What browsers are told with every answer: what they must not do with it, and which pages may read it. Answers preflights. */
export const browserPolicy: readonly RequestHandler[] = [
  helmet({ crossOriginResourcePolicy: { policy: 'cross-origin' } }),
  cors(STOREFRONTS),
];

/** The same headers, a name and a value in turn, for an answer that is written in front of Express. */
export function listPolicyHeaders(): string[] {
  const list: string[] = [];
  const request = { method: 'GET', headers: {} } as Request;
  const response = {
    setHeader: (name: string, value: string) => void list.push(name, value),
    removeHeader: () => {},
  } as unknown as Response;
  for (const handler of browserPolicy) void handler(request, response, () => {});
  return list;
}
