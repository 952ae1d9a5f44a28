import { type RequestHandler, Router } from 'express';

/**
 * Nginx keeps a response for up to a second, and an instance may have read it from a replica that
 * was up to a second behind. When this cookie ends, both seconds have passed since the write.
 */
const COOKIE = 'starling_wrote=1; Max-Age=2; Path=/; HttpOnly; SameSite=Lax';

/**
 * Users who have just written see it on their next read: their browser sends this cookie, and Nginx
 * then asks an instance instead of its cache. It says nothing about them. Without cookies,
 * `Cache-Control: no-cache` does the same.
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
 * Routers for those requests alone that must see what was just written, or want nothing that is
 * kept: past this instance's caches (db/read-cache.ts), from the primary. The others pass by.
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
