import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import parseUrl from 'parseurl';
import { type Principal, setPrincipal } from '../platform/http/principal';
import { Problem } from '../platform/http/problem';
import type { ClientAuthenticator } from './client-service';

export interface ClientMiddleware {
  /**
   * The client of the request's key; null: the request has no key, or an invalid one. The throttle
   * calls this in front of Express. Returns a promise only when it must ask the database; the
   * promise rejects when that fails.
   */
  identify(request: IncomingMessage): Principal | null | Promise<Principal | null>;
  /** Sets the principal that the routes read. Only marks a request with an invalid key. */
  authenticate: RequestHandler;
  /**
   * Rejects a request that `authenticate` has marked, even on a route that needs no key. The throttle
   * has charged it to the quota of its address.
   */
  rejectInvalidKey: RequestHandler;
}

/**
 * RFC 6750, but only the header, because keys in a URL end up in logs. The scheme is not
 * case-sensitive.
 */
const BEARER = /^Bearer +(\S{1,256})$/i;
/** A header that begins like a key of this service, valid or not. */
const LIKE_OURS = /^(?:Bearer +)?starling_/i;

/**
 * For a request without `Authorization`, such as that of every shopper, each function only reads one
 * header.
 *
 * @param isForeignIgnored whether to ignore an `Authorization` of another service on this path
 */
export function createClientMiddleware(
  authenticator: ClientAuthenticator,
  isForeignIgnored: (path: string) => boolean,
): ClientMiddleware {
  /** The throttle and the routes ask about the same request, so that its key is hashed once. */
  const identified = new WeakMap<IncomingMessage, Principal | null | Promise<Principal | null>>();

  /** The header, or undefined if it is absent or ignored. */
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

/**
 * The path as Express's router parses it (with the same library, which stores the result on the
 * request). Empty if it cannot be parsed.
 */
function pathOf(request: IncomingMessage): string {
  try {
    return parseUrl(request)?.pathname ?? '';
  } catch {
    return '';
  }
}
