import type { IncomingMessage, ServerResponse } from 'node:http';
import { problemDocument } from '../../platform/http/problem';
import { hasBody } from '../../platform/http/request-body';
import { type AccessLog, requestIdOf } from '../../platform/http/request-context';
import type { Verdict } from '../decide/quota-service';
import type { CompiledPolicy } from '../rules/quota-policy';

/** Answers 429. `path` is without the query; `verdict` must be that of this request. */
export type Refuse = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  verdict: Verdict,
) => void;

export interface RefusalOptions {
  instance: string;
  /** The headers of every answer: name, value, name, value … */
  headers: readonly string[];
  accessLog: AccessLog;
}

/**
 * Writes a complete 429: the problem document, the quota headers, `Retry-After`, and the headers of
 * every answer of Starling. Refusals are frequent while a client floods the service, so the constant
 * parts are prepared: all headers but five, and the problem's text except the path. Passing
 * `writeHead` one list costs half of what setting each header costs.
 */
export function createRefusal({ instance, headers, accessLog }: RefusalOptions): Refuse {
  const alwaysTheSame = [
    ...headers,
    'X-Served-By',
    instance,
    'Cache-Control',
    'no-store',
    'Content-Type',
    'application/problem+json',
  ];
  const documents = new WeakMap<CompiledPolicy, (path: string) => string>();

  function documentOf(policy: CompiledPolicy): (path: string) => string {
    let document = documents.get(policy);
    if (document === undefined) {
      document = prepareDocument(policy.name);
      documents.set(policy, document);
    }
    return document;
  }

  return (
    request,
    response,
    path,
    { plan, violated, tightest, remaining, resetSeconds, retryAfterSeconds },
  ) => {
    const id = requestIdOf(request);
    const body = documentOf(plan.policies[violated]!)(path);
    const own = [
      'X-Request-Id',
      id,
      'RateLimit-Policy',
      plan.header,
      'RateLimit',
      `"${plan.policies[tightest]!.name}";r=${remaining};t=${resetSeconds}`,
      'Retry-After',
      `${retryAfterSeconds}`,
      'Content-Length',
      `${Buffer.byteLength(body)}`,
    ];
    // Close the connection instead of reading the body of a refused write. Node would read the body
    // to keep the connection, and that costs more than a new connection.
    if (hasBody(request)) own.push('Connection', 'close');
    response.writeHead(429, alwaysTheSame.concat(own));
    response.end(body);
    accessLog({ id, method: request.method ?? '', path, status: 429, tookMs: 0 });
  };
}

/** The problem as text, with a gap where the path belongs. */
function prepareDocument(policy: string): (path: string) => string {
  const gap = '\u0000';
  const options = {
    detail: 'Wait for as many seconds as Retry-After says.',
    violatedPolicies: [policy],
  };
  const text = JSON.stringify(problemDocument('quota-exceeded', options, gap));
  const [before = '', after = ''] = text.split(JSON.stringify(gap));
  return (path) => before + JSON.stringify(path) + after;
}
