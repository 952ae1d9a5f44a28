import type { RequestHandler } from 'express';
import { setPrincipal } from '../platform/http/principal';
import { Problem } from '../platform/http/problem';
import type { ClientAuthenticator } from './client-service';

export interface ClientMiddleware {
  /** Before the throttle, which asks whose request it is. A bad key is only noted: it pays its address's quota first. */
  identify: RequestHandler;
  /** Behind the throttle: a request with a bad key goes no further, even to a route that needs none. */
  refuseBadKeys: RequestHandler;
}

/** RFC 6750, the header only: keys in a URL end up in logs. The scheme is not case-sensitive. */
const BEARER = /^Bearer +(\S{1,256})$/i;

/** A request without the header, as every shopper's is, passes both at the price of one look. */
export function createClientMiddleware({ authenticate }: ClientAuthenticator): ClientMiddleware {
  const identify: RequestHandler = async (request, response, next) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return next();
    const key = BEARER.exec(authorization)?.[1];
    const principal = key === undefined ? null : await authenticate(key);
    if (principal) setPrincipal(response, principal);
    else response.locals.hasBadKey = true;
    next();
  };

  const refuseBadKeys: RequestHandler = (_request, response, next) => {
    if (!response.locals.hasBadKey) return next();
    throw new Problem('unauthorized', {
      detail: 'The key is unknown or revoked, or the header is not Authorization: Bearer <key>.',
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    });
  };

  return { identify, refuseBadKeys };
}
