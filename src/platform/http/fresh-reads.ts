import { type RequestHandler, Router } from 'express';

/**
 * Two seconds, because Nginx keeps an answer for up to a second, and a replica may be up to a second
 * behind. After that, a cached read shows the write.
 */
const COOKIE = 'starling_wrote=1; Max-Age=2; Path=/; HttpOnly; SameSite=Lax';

/**
 * Lets users see their own write on the next read. The browser sends this cookie, and Nginx then
 * asks an instance instead of its cache. The cookie holds nothing about the user. A client without
 * cookies can send `Cache-Control: no-cache` instead.
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
 * Uses these routers only for requests with that cookie or with `Cache-Control: no-cache` or
 * `no-store`. The routers read from the primary without this instance's caches (db/read-cache.ts).
 * Other requests skip them.
 */
export function bypassCaches(routers: readonly Router[]): Router {
  const fresh = Router();
  fresh.use((request, _response, next) => {
    const { cookie = '', 'cache-control': cacheControl = '' } = request.headers;
    next(HAS_WRITTEN.test(cookie) || NO_CACHE.test(cacheControl) ? undefined : 'router');
  });
  for (const router of routers) fresh.use(router);
  return fresh;
}
