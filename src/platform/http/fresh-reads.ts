import { type RequestHandler, Router } from 'express';

/**
 * Nginx keeps an answer for up to a second, and it may have been read from a replica that was up to
 * a second behind: whoever has just written is past both when this cookie ends.
 */
const COOKIE = 'starling_wrote=1; Max-Age=2; Path=/; HttpOnly; SameSite=Lax';

/**
 * Whoever has just written sees it on the next read: their browser brings this cookie, and Nginx
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
