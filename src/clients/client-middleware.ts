import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import parseUrl from 'parseurl';
import { type Principal, setPrincipal } from '../platform/http/principal';
import { Problem } from '../platform/http/problem';
import type { ClientAuthenticator } from './client-service';

export interface ClientMiddleware {
  /**
   * The client of the request's key; null: it has none, or a bad one. In front of Express, for the
   * throttle, which asks whose request it is. A promise only when the database must be asked; it
   * rejects when that fails.
   */
  identify(request: IncomingMessage): Principal | null | Promise<Principal | null>;
  /** Tells the routes who it is. A bad key is only noted. */
  introduce: RequestHandler;
  /**
   * A request with a bad key goes no further, even to a route that needs none. It has paid its
   * address's quota.
   */
  refuseBadKeys: RequestHandler;
}

/** RFC 6750, the header only: keys in a URL end up in logs. The scheme is not case-sensitive. */
const BEARER = /^Bearer +(\S{1,256})$/i;
/** What begins like a key of ours, whether it is one or not. */
const LIKE_OURS = /^(?:Bearer +)?starling_/i;

/**
 * A request without the header, as every shopper's is, passes all three at the price of one look.
 *
 * @param isForeignIgnored whether what another service's clients send as `Authorization` counts for
 * nothing on this path
 */
export function createClientMiddleware(
  { authenticate }: ClientAuthenticator,
  isForeignIgnored: (path: string) => boolean,
): ClientMiddleware {
  /** The throttle and the routes ask about the same request: its key is hashed once. */
  const identified = new WeakMap<IncomingMessage, Principal | null | Promise<Principal | null>>();

  /** The header, unless it is nothing to us. */
  function authorizationOf(request: IncomingMessage): string | undefined {
    const { authorization } = request.headers;
    if (authorization === undefined || LIKE_OURS.test(authorization)) return authorization;
    return isForeignIgnored(pathOf(request)) ? undefined : authorization;
  }

  function identify(request: IncomingMessage) {
    const authorization = authorizationOf(request);
    if (authorization === undefined) return null;
    const known = identified.get(request);
    if (known !== undefined) return known;
    const key = BEARER.exec(authorization)?.[1];
    const principal = key === undefined ? null : authenticate(key);
    identified.set(request, principal);
    return principal;
  }

  const introduce: RequestHandler = async (request, response, next) => {
    if (authorizationOf(request) === undefined) return next();
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

/** As Express's router sees it (it keeps what `parseurl` finds). Empty when it cannot be parsed. */
function pathOf(request: IncomingMessage): string {
  try {
    return parseUrl(request)?.pathname ?? '';
  } catch {
    return '';
  }
}
