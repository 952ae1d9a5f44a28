import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import parseUrl from 'parseurl';
import type { ClientIdentity } from '../decide/client-identity';
import type { QuotaService } from '../decide/quota-service';
import type { Refuse } from './refusal-answer';

/**
 * The API client of the request's key; null: it has none. A promise when the database must be
 * asked.
 */
export type ClientOf = (request: IncomingMessage) => ApiClient | null | Promise<ApiClient | null>;

interface ApiClient {
  clientId: string;
}

export interface ThrottleGateOptions {
  quotas: QuotaService;
  identity: ClientIdentity;
  clientOf: ClientOf;
  /** As the trusted proxy reports it. */
  addressOf(request: IncomingMessage): string;
  refuse: Refuse;
  /** Decides and counts, but refuses nobody. */
  shadow: boolean;
}

/**
 * What a prober or a reader of the contract asks for. Everything else is limited, whatever it is
 * spelled like.
 */
const NOT_LIMITED =
  /^\/(?:healthz|readyz|metrics|openapi\.json|docs(?:\/.*)?|loaderio-[A-Za-z0-9]+\.txt)\/?$/i;

/**
 * Every request pays in front of Express, before anything is read or parsed: who is it, may they,
 * what is left; then on, or 429.
 *
 * The path is parsed as Express's router does it (by the same library, which keeps the result), so
 * no spelling is priced as one route and served as another. Bound: nothing is awaited, except for a
 * key that this instance has not seen for two seconds. Failure: a request whose key cannot be
 * looked up goes on undecided; it is answered 503 for the same reason.
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
    if (admitted || shadow) announce(response, quotas);
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

/** Empty when it cannot be parsed: no route will take it, and it costs what any request does. */
function pathOf(request: IncomingMessage): string {
  try {
    return parseUrl(request)?.pathname ?? '';
  } catch {
    return '';
  }
}

/**
 * `RateLimit` names the one policy that is nearest to its end; all of them are in
 * `RateLimit-Policy`.
 */
function announce(response: ServerResponse, { verdict }: QuotaService): void {
  const { plan, tightest, remaining, resetSeconds } = verdict;
  if (tightest < 0) return;
  response.setHeader('RateLimit-Policy', plan.header);
  response.setHeader(
    'RateLimit',
    `"${plan.policies[tightest]!.name}";r=${remaining};t=${resetSeconds}`,
  );
}
