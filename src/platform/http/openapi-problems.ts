import { ERRORS_MAX } from './input-errors';
import {
  PROBLEM_NAMES,
  type ProblemName,
  type ProblemOptions,
  problemDocument,
  problemStatus,
  problemType,
} from './problem';

/**
 * The problems of an OpenAPI 3.1 document. Each type has a schema of its own, with a constant `type` and `status`, and each
 * operation names the types that it answers under each status, so that a generated client can tell them apart. A test
 * provokes each of them and compares the answer with the example.
 */

/** What an operation may answer: the problem's name, or the name and what this operation says with it. */
type Declared = ProblemName | readonly [name: ProblemName, options: ProblemOptions];

/** Nginx's own, in the words of nginx/templates/starling/problem-texts.conf.template. */
const TOO_MANY_REQUESTS = {
  name: 'too-many-requests',
  status: 429,
  meaning: 'Nginx: the address sends more requests than any address may',
  example: {
    type: 'urn:problem-type:starling:too-many-requests',
    title: 'Too many requests',
    status: 429,
    detail: 'This address sends more requests than are accepted; try again in a second.',
  },
};

const MEANINGS: Record<ProblemName, string> = {
  'invalid-request': 'A parameter of the path, the query or a header is not valid',
  'invalid-cursor': 'The cursor is forged, or belongs to another sort, filter or product',
  'malformed-body': 'The body is missing, cut off, not JSON, or not UTF-8',
  unauthorized: 'The key is unknown or revoked, or a key is needed',
  forbidden: 'The key does not have the scope that this needs',
  'not-found': 'There is no such review, or it is not shown',
  'method-not-allowed': 'The route does not have this method; see `Allow`',
  'already-reviewed': 'The author has reviewed this product; `Location` names the review',
  'body-too-large': 'The body is larger than 64 kB',
  'unsupported-media-type': 'The body is not `application/json` in UTF-8',
  'invalid-body': 'The body is JSON with values that are not valid; `errors` names each',
  'key-reused': 'The Idempotency-Key was used for another request',
  'quota-exceeded': 'The quota is used up; see `Retry-After`',
  internal: 'The service failed; its log has the error under the `X-Request-Id`',
  unavailable: 'The service is overloaded or cannot reach its database; see `Retry-After`',
};

/** What the examples say where an operation says nothing else. */
const USUAL_OPTIONS: Partial<Record<ProblemName, ProblemOptions>> = {
  'invalid-cursor': invalidCursor('The cursor was not made for this.'),
  'malformed-body': { detail: 'The body could not be parsed as JSON.' },
  unauthorized: {
    detail: 'The key is unknown or revoked, or the header is not Authorization: Bearer <key>.',
  },
  'body-too-large': { detail: 'A body may have 64 kB.' },
  'unsupported-media-type': { detail: 'Send a body as application/json.' },
  'quota-exceeded': { detail: 'Wait for as many seconds as Retry-After says.', violatedPolicies: [] },
  unavailable: { detail: 'Try again shortly.' },
};

/** Headers of an answer by its status; a status that is not here has none of its own. */
const HEADERS: Record<number, Record<string, object>> = {
  401: { 'WWW-Authenticate': header('How to send a key') },
  403: { 'WWW-Authenticate': header('The scope that is missing') },
  409: { Location: header('The review that the author has written, if it can be named') },
  429: { 'Retry-After': retryAfter() },
  503: { 'Retry-After': retryAfter() },
};

/**
 * The responses of an operation that are problems, by status. `unauthorized` is always among them: the service refuses a bad
 * key everywhere. Where there is a quota, Nginx has a limit too.
 */
export function problems(...declared: Declared[]): Record<string, ProblemResponse> {
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
  /** Without `instance`: `completePaths` knows it. */
  example: object;
}

function toEntry(declared: Declared): Entry {
  const [name, options] = typeof declared === 'string' ? [declared, USUAL_OPTIONS[declared] ?? {}] : declared;
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
  content: Record<string, { schema: object; examples: Record<string, { summary: string; value: object }> }>;
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

/** What any operation with a JSON body may answer, but for values that are not valid. */
export const BODY_PROBLEMS = ['malformed-body', 'body-too-large', 'unsupported-media-type'] as const;

/** What any limited operation over the database may answer. */
export const LOAD_PROBLEMS = ['quota-exceeded', 'unavailable'] as const;

/** For `invalid-request`: the parameter that the example gets wrong, and what the service says of it. */
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

const DETAIL = { type: 'string', description: 'What was wrong with this request, for a developer' };
const INSTANCE = {
  type: 'string',
  description: 'The path of the request, without its query; empty where it could not be read',
};
const ERRORS = {
  type: 'array',
  maxItems: ERRORS_MAX,
  description: 'Each value that is not valid, once; where there are more, `detail` says how many',
  items: {
    type: 'object',
    properties: {
      path: {
        type: 'string',
        description:
          'Where the value is, with dots: `author.email`, `photos.0`, or the name of a parameter; empty: the body as a whole',
      },
      message: { type: 'string', description: 'What is wrong with it' },
    },
    required: ['path', 'message'],
    additionalProperties: false,
  },
};
const VIOLATED_POLICIES = {
  type: 'array',
  description: 'The names of the policies of `RateLimit-Policy` that refuse the request',
  items: { type: 'string' },
};

/** A schema of each type of problem, and `OtherProblem` for those that no operation names. */
export function problemSchemas(): Record<string, object> {
  const own = PROBLEM_NAMES.filter((name) => !ONLY_ELSEWHERE.has(name)).map((name) => [
    schemaName(name),
    schemaOf(name),
  ]);
  const { name, status, meaning, example } = TOO_MANY_REQUESTS;
  return {
    ...Object.fromEntries(own),
    [schemaName(name)]: problemSchema({ const: example.type }, { const: status }, meaning, {}),
    OtherProblem: problemSchema(
      { enum: OTHER_TYPES },
      ANY_STATUS,
      'A problem that any request may meet, whatever its operation',
      {},
    ),
  };
}

const ANY_STATUS = { minimum: 400, maximum: 599 };

/** What every problem fits. Not in the document: an operation names the types that it answers. */
export const ANY_PROBLEM = {
  ...problemSchema({ format: 'uri' }, ANY_STATUS, 'Any problem (RFC 9457). Tell them apart by `type`', {
    errors: ERRORS,
    'violated-policies': VIOLATED_POLICIES,
  }),
  required: ['type', 'title', 'status', 'instance'],
};

/** Answered where no operation is known, or by any operation: `OtherProblem`. */
const ONLY_ELSEWHERE = new Set<ProblemName>(['method-not-allowed', 'internal']);

function schemaOf(name: ProblemName): object {
  const schema = problemSchema(
    { const: problemType(name) },
    { const: problemStatus(name) },
    MEANINGS[name],
    ofItsOwn(name),
  );
  // A path that cannot be decoded is invalid as a whole: no parameter is to blame.
  const required = schema.required.filter((each) => name !== 'invalid-request' || each !== 'errors');
  return { ...schema, required };
}

function ofItsOwn(name: ProblemName): Record<string, object> {
  if (name === 'quota-exceeded') return { 'violated-policies': VIOLATED_POLICIES };
  return ['invalid-request', 'invalid-cursor', 'invalid-body'].includes(name) ? { errors: ERRORS } : {};
}

function problemSchema(
  type: object,
  status: object,
  description: string,
  own: Record<string, object>,
): { required: string[] } & Record<string, unknown> {
  const required = ['type', 'title', 'status', 'instance', ...Object.keys(own)];
  return {
    type: 'object',
    description,
    properties: {
      type: {
        type: 'string',
        ...type,
        description: 'Which problem it is; always the same text for the same problem',
      },
      title: { type: 'string', description: 'The problem in words; the same for each problem of the type' },
      status: { type: 'integer', ...status, description: 'The status of the answer' },
      detail: DETAIL,
      instance: INSTANCE,
      ...own,
    },
    required,
    additionalProperties: false,
  };
}

function schemaName(problem: string): string {
  const words = problem.split('-').map((word) => word[0]!.toUpperCase() + word.slice(1));
  return `${words.join('')}Problem`;
}

function header(description: string) {
  return { description, schema: { type: 'string' } };
}

function retryAfter() {
  return { description: 'Seconds until another try makes sense', schema: { type: 'integer', minimum: 0 } };
}

/** Nginx's names besides those of the instances (nginx/templates/starling/problem-texts.conf.template), and Node's. */
const NGINX_NAMES = ['request-timeout', 'precondition-failed', 'no-answer', 'timeout'];
const OTHER_TYPES = [
  ...(['invalid-request', 'not-found', 'method-not-allowed', 'body-too-large'] as const).map(problemType),
  ...(['internal', 'unavailable'] as const).map(problemType),
  ...NGINX_NAMES.map((name) => `urn:problem-type:starling:${name}`),
];

/** The component that every operation has for the statuses that it does not name itself. */
export const OTHER_PROBLEM = {
  description: [
    'Any other problem. The service answers `internal` (500) when it fails. Nginx and the HTTP server refuse some requests',
    'before a route sees them: `invalid-request` (400 no HTTP, 414 an address over 8 kB, 431 headers that are too large, 501,',
    '505), `request-timeout` (408), `precondition-failed` (412), `no-answer` (502) and `timeout` (504). After 502 and 504',
    'nobody knows whether a write was carried out: repeat it with its Idempotency-Key.',
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
