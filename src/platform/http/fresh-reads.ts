import type { RequestHandler } from 'express';

/** Nginx keeps an answer for up to a second: whoever has just written is past that when this cookie ends. */
const COOKIE = 'starling_wrote=1; Max-Age=2; Path=/; HttpOnly; SameSite=Lax';

/**
 * Whoever has just written sees it on the next read: their browser brings this cookie, and Nginx then asks an
 * instance instead of its cache. It says nothing about them. Without cookies, `Cache-Control: no-cache` does the same.
 */
export const markWriters: RequestHandler = (request, response, next) => {
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS') {
    response.setHeader('Set-Cookie', COOKIE);
  }
  next();
};
