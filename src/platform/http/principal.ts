import type { RequestHandler, Response } from 'express';
import { Problem } from './problem';

/** The permissions of a key. None implies another. */
export const SCOPES = ['read', 'write', 'moderate', 'admin', 'metrics'] as const;
export type Scope = (typeof SCOPES)[number];

/** The API client whose key a request carries. */
export interface Principal {
  clientId: string;
  scopes: ReadonlySet<Scope>;
}

/** null: the request carries no key. */
export function principalOf(response: Response): Principal | null {
  return (response.locals.principal as Principal | undefined) ?? null;
}

export function setPrincipal(response: Response, principal: Principal): void {
  response.locals.principal = principal;
}

/** Whether the request carries a key with this scope. */
export function hasScope(response: Response, scope: Scope): boolean {
  return principalOf(response)?.scopes.has(scope) ?? false;
}

/**
 * Requires a key with `scope`, and returns its client.
 * @throws Problem `unauthorized` without a key, `forbidden` when the key does not have the scope
 */
export function demandScope(response: Response, scope: Scope): Principal {
  const principal = principalOf(response);
  if (!principal) {
    throw new Problem('unauthorized', {
      detail: `Send a key with the scope ${scope}, as Authorization: Bearer …`,
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
  if (!principal.scopes.has(scope)) {
    throw new Problem('forbidden', {
      detail: `This needs the scope ${scope}, which the key does not have.`,
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    });
  }
  return principal;
}

/** Put it in front of a route's other handlers, so that it runs before the body is read. */
export function requireScope(scope: Scope): RequestHandler {
  return (_request, response, next) => {
    demandScope(response, scope);
    next();
  };
}
