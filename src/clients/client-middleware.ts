import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import parseUrl from 'parseurl';
import { type Principal, setPrincipal } from '../platform/http/principal';
import { Problem } from '../platform/http/problem';
import type { ClientAuthenticator } from './client-service';

export interface ClientMiddleware {
  /**
   * The client of the request's key; null: it has none, or an invalid one. The throttle asks this
   * in front of Express. A promise only when the database must be asked; it rejects when that
   * fails.
   */
  identify(request: IncomingMessage): Principal | null | Promise<Principal | null>;
  /** Sets the principal that the routes read. An invalid key is only noted. */
  authenticate: RequestHandler;
  /**
   * Rejects a request with an invalid key, even on a route that needs none. Its address's quota has
   * paid for it.
   */
  rejectInvalidKey: RequestHandler;
}

/** RFC 6750, the header only: keys in a URL end up in logs. The scheme is not case-sensitive. */
const BEARER = /^Bearer +(\S{1,256})$/i;
/** What begins like a key of ours, whether it is one or not. */
const LIKE_OURS = /^(?:Bearer +)?starling_/i;

/**
 * A request without the header, such as every shopper's, costs one look at the headers in each.
 *
 * @param isForeignIgnored whether what another service's clients send as `Authorization` counts for
 * nothing on this path
 */
export function createClientMiddleware(
  authenticator: ClientAuthenticator,
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
    const principal = key === undefined ? null : authenticator.authenticate(key);
    identified.set(request, principal);
    return principal;
  }

  const authenticate: RequestHandler = async (request, response, next) => {
    if (authorizationOf(request) === undefined) return next();
    const principal = await identify(request);
    if (principal) setPrincipal(response, principal);
    else response.locals.hasInvalidKey = true;
    next();
  };

  const rejectInvalidKey: RequestHandler = (_request, response, next) => {
    if (!response.locals.hasInvalidKey) return next();
    throw new Problem('unauthorized', {
      detail: 'The key is unknown or revoked, or the header is not Authorization: Bearer <key>.',
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    });
  };

  return { identify, authenticate, rejectInvalidKey };
}

/** As Express's router sees it (it keeps what `parseurl` finds). Empty when it cannot be parsed. */
function pathOf(request: IncomingMessage): string {
  try {
    return parseUrl(request)?.pathname ?? '';
  } catch {
    return '';
  }
}
