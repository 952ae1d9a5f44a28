import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { type Principal, setPrincipal } from '../platform/http/principal';
import { Problem } from '../platform/http/problem';
import type { ClientAuthenticator } from './client-service';

export interface ClientMiddleware {
  /**
   * The client of the request's key; null: it has none, or a bad one. In front of Express, for the throttle, which asks whose request
   * it is. A promise only when the database must be asked; it rejects when that fails.
   */
  identify(request: IncomingMessage): Principal | null | Promise<Principal | null>;
  /** Tells the routes who it is. A bad key is only noted. */
  introduce: RequestHandler;
  /** A request with a bad key goes no further, even to a route that needs none. It has paid its address's quota. */
  refuseBadKeys: RequestHandler;
}

/** RFC 6750, the header only: keys in a URL end up in logs. The scheme is not case-sensitive. */
const BEARER = /^Bearer +(\S{1,256})$/i;

/** A request without the header, as every shopper's is, passes all three at the price of one look. */
export function createClientMiddleware({ authenticate }: ClientAuthenticator): ClientMiddleware {
  /** The throttle and the routes ask about the same request: its key is hashed once. */
  const identified = new WeakMap<IncomingMessage, Principal | null | Promise<Principal | null>>();

  function identify(request: IncomingMessage) {
    const { authorization } = request.headers;
    if (authorization === undefined) return null;
    const known = identified.get(request);
    if (known !== undefined) return known;
    const key = BEARER.exec(authorization)?.[1];
    const principal = key === undefined ? null : authenticate(key);
    identified.set(request, principal);
    return principal;
  }

  const introduce: RequestHandler = async (request, response, next) => {
    if (request.headers.authorization === undefined) return next();
    const principal = await identify(request);
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

  return { identify, introduce, refuseBadKeys };
}
