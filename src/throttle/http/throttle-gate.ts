import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import parseUrl from 'parseurl';
import type { ClientIdentity } from '../decide/client-identity';
import type { QuotaService } from '../decide/quota-service';
import type { Refuse } from './refusal-answer';

/**
 * Finds the API client of the request's key; null: the request has no valid key. Returns a promise
 * when it must ask the database; the promise rejects when that fails.
 */
export type ClientOf = (request: IncomingMessage) => ApiClient | null | Promise<ApiClient | null>;

interface ApiClient {
  clientId: string;
}

export interface ThrottleGateOptions {
  quotas: QuotaService;
  identity: ClientIdentity;
  clientOf: ClientOf;
  /** The client's address as the trusted proxy reports it. */
  addressOf(request: IncomingMessage): string;
  refuse: Refuse;
  /** true: the gate decides and counts, but refuses nothing. */
  shadow: boolean;
}

/** Health probes, metrics and documentation. Every other path is limited, in any spelling. */
const NOT_LIMITED =
  /^\/(?:healthz|readyz|metrics|openapi\.json|docs(?:\/.*)?|loaderio-[A-Za-z0-9]+\.txt)\/?$/i;

/**
 * Charges every request in front of Express, before its body is read: identify the client, decide,
 * set the RateLimit headers; then pass it on or answer 429.
 *
 * The gate parses the path with the library that Express's router uses, which stores the result on
 * the request. So a path cannot be priced as one route and served as another. Bound: the gate
 * awaits nothing, except the lookup of a key that this instance has not seen for two seconds.
 * Failure: when a key cannot be looked up, the gate passes the request on without a decision. The
 * lookup fails in Express too, and the request is answered 503.
 */
export function createThrottleGate(
  options: ThrottleGateOptions,
): (next: RequestListener) => RequestListener {
  const { quotas, identity, clientOf, addressOf, refuse, shadow } = options;

  function admits(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    client: ApiClient | null,
  ): boolean {
    const clientId = client?.clientId ?? null;
    if (clientId === null) identity.ofAddress(addressOf(request));
    else identity.ofClient(clientId);
    const kind = request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write';
    const admitted = quotas.decide(clientId, kind, quotas.rules.costOf(path, request.url ?? ''));
    if (admitted || shadow) setRateLimitHeaders(response, quotas);
    else refuse(request, response, path, quotas.verdict);
    return admitted || shadow;
  }

  return (next) => (request, response) => {
    const path = pathOf(request);
    if (request.method === 'OPTIONS' || NOT_LIMITED.test(path)) return next(request, response);
    const client = clientOf(request);
    if (client instanceof Promise) {
      client.then(
        (known) => {
          if (admits(request, response, path, known)) next(request, response);
        },
        () => next(request, response),
      );
    } else if (admits(request, response, path, client)) next(request, response);
  };
}

/** Empty if the path cannot be parsed. No route matches then, and the request costs one unit. */
function pathOf(request: IncomingMessage): string {
  try {
    return parseUrl(request)?.pathname ?? '';
  } catch {
    return '';
  }
}

/**
 * IETF draft ratelimit-headers. `RateLimit` names only the policy with the smallest part left;
 * `RateLimit-Policy` lists all.
 */
function setRateLimitHeaders(response: ServerResponse, { verdict }: QuotaService): void {
  const { plan, tightest, remaining, resetSeconds } = verdict;
  if (tightest < 0) return;
  response.setHeader('RateLimit-Policy', plan.header);
  response.setHeader(
    'RateLimit',
    `"${plan.policies[tightest]!.name}";r=${remaining};t=${resetSeconds}`,
  );
}
