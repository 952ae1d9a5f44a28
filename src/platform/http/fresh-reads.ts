import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { Freshness } from '../db/read-batcher';

/**
 * Two seconds: Nginx keeps an answer for up to one, and a replica that gave it may have been one
 * behind. When the cookie ends, every cached answer shows the write.
 */
const COOKIE = 'starling_wrote=1; Max-Age=2; Path=/; HttpOnly; SameSite=Lax';

/**
 * Lets clients that have just written see their write on the next read. Their browser sends this
 * cookie, and Nginx then asks an instance instead of its cache. The cookie says nothing about them.
 * Clients without cookies send `Cache-Control: no-cache` instead.
 */
export const setReadYourWritesCookie: RequestHandler = (request, response, next) => {
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS') {
    response.setHeader('Set-Cookie', COOKIE);
  }
  next();
};

/**
 * As `$wants_fresh_answer` and `$wants_unkept_answer` in
 * nginx/templates/starling/public-cache-rules.conf.
 */
const HAS_WRITTEN = /(?:^|;\s*)starling_wrote=1/;
const NO_CACHE = /no-cache|no-store/i;

/**
 * `fresh` for a request whose client has just written or wants nothing from a cache: it bypasses
 * this instance's caches (db/read-cache.ts) and reads the primary.
 */
export function freshnessOf({ headers }: IncomingMessage): Freshness {
  const { cookie = '', 'cache-control': cacheControl = '' } = headers;
  return HAS_WRITTEN.test(cookie) || NO_CACHE.test(cacheControl) ? 'fresh' : 'cached';
}
