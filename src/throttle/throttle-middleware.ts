import type { Request, RequestHandler, Response } from 'express';
import { problemDocument } from '../platform/http/problem';
import type { ClientIdentity } from './client-identity';
import type { QuotaService } from './quota-service';

export interface ThrottleMiddlewareOptions {
  quotas: QuotaService;
  identity: ClientIdentity;
  /** The API client of the request's key; null: it has none, so its address is who asks. */
  clientOf(request: Request): string | null;
  /** Decides and counts, but refuses nobody. */
  shadow: boolean;
}

/** What a prober or a reader of the contract asks for. Everything else is limited, whatever it is spelled like. */
const NOT_LIMITED =
  /^\/(?:healthz|readyz|metrics|openapi\.json|docs(?:\/.*)?|loaderio-[A-Za-z0-9]+\.txt)\/?$/i;

/**
 * Every request pays before anything is read or parsed: decide, say what is left, go on or answer 429.
 * A refusal is written here, not thrown: it costs no stack and no walk through the routes.
 */
export function createThrottleMiddleware(options: ThrottleMiddlewareOptions): RequestHandler {
  const { quotas, identity, clientOf, shadow } = options;

  return (request, response, next) => {
    const { method, path } = request;
    if (method === 'OPTIONS' || NOT_LIMITED.test(path)) return next();
    const clientId = clientOf(request);
    if (clientId === null) identity.ofAddress(request.ip ?? '');
    else identity.ofClient(clientId);
    const kind = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
    const admitted = quotas.decide(clientId, kind, quotas.rules.costOf(path, request.url));
    announce(response, quotas);
    if (admitted || shadow) return next();
    refuse(request, response, quotas);
  };
}

/** `RateLimit` names the one policy that is nearest to its end; all of them are in `RateLimit-Policy`. */
function announce(response: Response, { verdict }: QuotaService): void {
  const { plan, tightest, remaining, resetSeconds } = verdict;
  if (tightest < 0) return;
  response.setHeader('RateLimit-Policy', plan.header);
  response.setHeader('RateLimit', `"${plan.policies[tightest]!.name}";r=${remaining};t=${resetSeconds}`);
}

function refuse(request: Request, response: Response, { verdict }: QuotaService): void {
  const violated = verdict.plan.policies[verdict.violated]!;
  const options = {
    detail: 'Wait for as many seconds as Retry-After says.',
    violatedPolicies: [violated.name],
  };
  response.statusCode = 429;
  response.setHeader('Retry-After', verdict.retryAfterSeconds);
  response.setHeader('Cache-Control', 'no-store');
  // A storefront's script must be able to read it, and how long to wait.
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'RateLimit,RateLimit-Policy,Retry-After,X-Request-Id');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Type', 'application/problem+json');
  // The body of a refused write is not read. Node would read it to keep the connection; that costs more than a new one.
  if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
    response.setHeader('Connection', 'close');
  response.end(JSON.stringify(problemDocument('quota-exceeded', options, request.path)));
}
