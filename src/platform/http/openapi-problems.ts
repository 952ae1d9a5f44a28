import { MEANINGS, schemaName, TOO_MANY_REQUESTS } from './openapi-problem-schemas';
import { type ProblemName, type ProblemOptions, problemDocument, problemStatus } from './problem';

/**
 * The problems of an OpenAPI 3.1 document. Each type has its own schema, with a constant `type` and
 * `status`. Each operation names the types that it answers under each status, so that a generated
 * client can tell them apart. A test provokes each of them and compares the answer with the example.
 */

/** A problem that an operation may answer: its name, or its name and the details of its example. */
export type DeclaredProblem = ProblemName | readonly [name: ProblemName, options: ProblemOptions];

/** The details of an example for which the operation declares none. */
const USUAL_OPTIONS: Partial<Record<ProblemName, ProblemOptions>> = {
  'invalid-cursor': invalidCursor('The cursor was not made for this.'),
  'malformed-body': { detail: 'The body could not be parsed as JSON.' },
  unauthorized: {
    detail: 'The key is unknown or revoked, or the header is not Authorization: Bearer <key>.',
  },
  'body-too-large': { detail: 'A body may have 64 kB.' },
  'unsupported-media-type': { detail: 'Send a body as application/json.' },
  'quota-exceeded': {
    detail: 'Wait for as many seconds as Retry-After says.',
    violatedPolicies: [],
  },
  unavailable: { detail: 'Try again shortly.' },
};

/** Headers of a problem by its status. Other statuses have none. */
const HEADERS: Record<number, Record<string, object>> = {
  401: { 'WWW-Authenticate': header('How to send a key') },
  403: { 'WWW-Authenticate': header('The scope that is missing') },
  409: { Location: header('The path of the existing review; missing if it was erased just now') },
  429: { 'Retry-After': retryAfter() },
  503: { 'Retry-After': retryAfter() },
};

/**
 * The problems of an operation as responses, by status. They always include `unauthorized`: every
 * operation refuses a bad key. Where the service has a quota, Nginx has a limit too.
 */
export function problems(...declared: DeclaredProblem[]): Record<string, ProblemResponse> {
  const all = ['unauthorized' as const, ...declared].map(toEntry);
  if (all.some(({ name }) => name === 'quota-exceeded')) {
    const { name, status, meaning, example } = TOO_MANY_REQUESTS;
    all.push({ schema: schemaName(name), name, status, meaning, example });
  }
  const statuses = [...new Set(all.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      toResponse(
        status,
        all.filter((each) => each.status === status),
      ),
    ]),
  );
}

interface Entry {
  name: string;
  schema: string;
  status: number;
  meaning: string;
  /** Without `instance`: openapi-paths.ts adds it. */
  example: object;
}

function toEntry(declared: DeclaredProblem): Entry {
  const [name, options] =
    typeof declared === 'string' ? [declared, USUAL_OPTIONS[declared] ?? {}] : declared;
  const { instance: _, ...example } = problemDocument(name, options, '');
  return {
    name,
    schema: schemaName(name),
    status: problemStatus(name),
    meaning: MEANINGS[name],
    example,
  };
}

export interface ProblemResponse {
  description: string;
  headers?: Record<string, object>;
  content: Record<
    string,
    { schema: object; examples: Record<string, { summary: string; value: object }> }
  >;
}

function toResponse(status: number, entries: Entry[]): ProblemResponse {
  const references = entries.map(({ schema }) => ({ $ref: `#/components/schemas/${schema}` }));
  return {
    description: entries.map(({ meaning }) => meaning).join('. Or: '),
    ...(HEADERS[status] && { headers: HEADERS[status] }),
    content: {
      'application/problem+json': {
        schema: references.length === 1 ? references[0]! : { oneOf: references },
        examples: Object.fromEntries(
          entries.map(({ name, meaning, example }) => [name, { summary: meaning, value: example }]),
        ),
      },
    },
  };
}

/** What any operation with a JSON body may answer, besides `invalid-body`. */
export const BODY_PROBLEMS = [
  'malformed-body',
  'body-too-large',
  'unsupported-media-type',
] as const;

/** What any limited operation over the database may answer. */
export const LOAD_PROBLEMS = ['quota-exceeded', 'unavailable'] as const;

/** What any public read may answer. */
export const READ_PROBLEMS = ['precondition-failed', ...LOAD_PROBLEMS] as const;

/** For `invalid-request`: the parameter that the example gets wrong, and the message. */
export function badParameter(path: string, message: string): ProblemOptions {
  return { errors: [{ path, message }] };
}

/** For `invalid-cursor`. */
export function invalidCursor(detail: string): ProblemOptions {
  return { detail, errors: [{ path: 'cursor', message: detail }] };
}

/** For `forbidden`. */
export function needsScope(scope: string): ProblemOptions {
  return { detail: `This needs the scope ${scope}, which the key does not have.` };
}

function header(description: string) {
  return { description, schema: { type: 'string' } };
}

function retryAfter() {
  return {
    description: 'Try again after this many seconds',
    schema: { type: 'integer', minimum: 0 },
  };
}

/** The response of every operation for the statuses that it does not name. */
export const OTHER_PROBLEM = {
  description: [
    'Any other problem. The service answers `internal` (500) when it fails. Nginx and the HTTP server refuse some requests',
    'before they reach an operation: `invalid-request` (400 not HTTP, 414 URL over 8 kB, 431 headers too large, 501, 505),',
    '`request-timeout` (408), `no-answer` (502) and `timeout` (504). After 502 and 504 the service may have carried out a',
    'write, or not: repeat it with the same Idempotency-Key.',
  ].join(' '),
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/OtherProblem' },
      examples: {
        internal: {
          summary: 'The service failed',
          value: problemDocument('internal', {}, '/v1/products/1/reviews'),
        },
        'no-answer': {
          summary: 'Nginx: the instance ended before it answered',
          value: {
            type: 'urn:problem-type:starling:no-answer',
            title: 'The service ended before it answered',
            status: 502,
            detail:
              'Whether the request was carried out is not known; repeat it with the same Idempotency-Key.',
            instance: '/v1/products/1/reviews',
          },
        },
      },
    },
  },
};
