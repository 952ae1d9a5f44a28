import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { OverloadedError } from '../db/batcher';
import { isDatabaseUnavailable } from '../db/pg-errors';
import type { Logger } from '../telemetry/logger';
import { Problem } from './problem';
import { requestId } from './request-context';

const RETRY_AFTER_SECONDS = '1';

/** The last route, for requests that no other route answers. */
export const notFound: RequestHandler = () => {
  throw new Problem('not-found', { detail: 'No such route. GET /openapi.json lists them.' });
};

/** Called for each 5xx answer. `route` is the pattern that the request matched; undefined: none. */
export type ReportFailure = (
  error: unknown,
  request: { method: string; route: string | undefined; status: number },
) => void;

/** Turns every thrown error into a problem document. Logs and reports 5xx errors, with the stack. */
export function createErrorMiddleware(
  logger: Logger,
  reportFailure: ReportFailure,
): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = toProblem(error);
    if (problem.status >= 500) {
      logger.error(
        { err: error, request_id: requestId(response), method: request.method, path: request.path },
        problem.message,
      );
      reportFailure(error, {
        method: request.method,
        route: request.route?.path,
        status: problem.status,
      });
    }
    if (response.headersSent) {
      response.destroy(); // the client must not take the part that was sent for a whole answer
      return;
    }
    sendProblem(request, response, problem);
  };
}

function sendProblem(request: Request, response: Response, problem: Problem): void {
  response.statusCode = problem.status;
  for (const name of ['ETag', 'Cache-Tag', 'Last-Modified']) response.removeHeader(name);
  response.setHeader('Content-Type', 'application/problem+json');
  response.setHeader('Cache-Control', 'no-store');
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
  // Node would take the unread rest of the body for the next request on this connection.
  if (!request.readableEnded && problem.status === 413) response.setHeader('Connection', 'close');
  response.end(JSON.stringify(problem.toDocument(pathOf(request))));
}

/** Without the query, which may hold anything and does not belong into an error. */
function pathOf(request: Request): string {
  return request.originalUrl.split('?', 1)[0] ?? '/';
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof OverloadedError || isDatabaseUnavailable(error)) {
    return new Problem('unavailable', {
      detail: 'Try again shortly.',
      headers: { 'Retry-After': RETRY_AFTER_SECONDS },
    });
  }
  return fromExpress(error) ?? new Problem('internal');
}

/** What Express's router, body parser and file sender throw (all made by http-errors). */
interface ExpressError {
  /** Set by the body parser. */
  type?: string;
  /** Set by zlib. */
  code?: string;
  status?: number;
  /** Headers for the answer. */
  headers?: Record<string, string>;
}

/** The problem for a status below 500 that these throw; undefined: the error is `internal`. */
function fromExpress(error: unknown): Problem | undefined {
  const { type, code, status, headers } = (error ?? {}) as ExpressError;
  switch (type) {
    case 'entity.too.large':
      return new Problem('body-too-large', { detail: 'A body may have 64 kB.' });
    case 'entity.parse.failed':
      return new Problem('malformed-body', { detail: 'The body could not be parsed as JSON.' });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Problem('unsupported-media-type', {
        detail: 'Send the body as UTF-8, plain or compressed with gzip.',
      });
    case 'request.aborted':
    case 'request.size.invalid':
      return new Problem('malformed-body', {
        detail: 'The body ended before its announced length.',
      });
  }
  if (error instanceof URIError) {
    return new Problem('invalid-request', {
      detail: 'The path holds a percent-encoding that does not decode.',
    });
  }
  if (status === 400 && (type !== undefined || code?.startsWith('Z_'))) {
    return new Problem('malformed-body', { detail: 'The body could not be decoded.' });
  }
  switch (status) {
    case 403: // a file that the file sender refuses to serve
    case 404:
      return new Problem('not-found', { detail: 'No such file.' });
    case 412:
      return new Problem('precondition-failed');
    case 413:
      return new Problem('body-too-large');
    case 415:
      return new Problem('unsupported-media-type');
    case 416:
      return new Problem('range-not-satisfiable', { headers: headers ?? {} });
  }
  const isClientFault = status !== undefined && status >= 400 && status < 500;
  return isClientFault ? new Problem('invalid-request') : undefined;
}
