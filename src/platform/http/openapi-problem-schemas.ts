import { ERRORS_MAX } from './input-errors';
import { PROBLEM_NAMES, type ProblemName, problemStatus, problemType } from './problem';

/**
 * One schema per type of problem for the OpenAPI document, with a constant `type` and `status`. The
 * responses in openapi-problems.ts refer to them.
 */

/** A problem that only Nginx answers, as in nginx/templates/starling/problem-texts.conf.template. */
export const TOO_MANY_REQUESTS = {
  name: 'too-many-requests',
  status: 429,
  meaning: 'Nginx: the address sends too many requests',
  example: {
    type: 'urn:problem-type:starling:too-many-requests',
    title: 'Too many requests',
    status: 429,
    detail: 'This address sends more requests than are accepted; try again in a second.',
  },
};

export const MEANINGS: Record<ProblemName, string> = {
  'invalid-request': 'A parameter of the path, the query or a header is not valid',
  'invalid-cursor':
    'The cursor is not from this service, or belongs to another sort, filter or product',
  'malformed-body': 'The body is missing, incomplete, not JSON or not UTF-8',
  unauthorized: 'The key is unknown or revoked, or the operation needs one',
  forbidden: 'The key does not have the scope that the operation needs',
  'not-found': 'There is no such review, or it is hidden',
  'method-not-allowed': 'The path does not have this method; see `Allow`',
  'precondition-failed':
    'The request has a condition that is not met: `If-Match` or `If-Unmodified-Since`',
  'range-not-satisfiable': 'The range is outside the file',
  'already-reviewed': 'The author has already reviewed this product; `Location` names the review',
  'body-too-large': 'The body is larger than 64 kB',
  'unsupported-media-type': 'The body is not `application/json` in UTF-8',
  'invalid-body': 'The body is JSON, but some of its values are not valid; `errors` names them',
  'key-reused': 'The Idempotency-Key was used for a different request',
  'quota-exceeded': 'The quota is used up; see `Retry-After`',
  internal: 'The service failed; its log has the error with the `X-Request-Id`',
  unavailable: 'The service is overloaded or cannot reach its database; see `Retry-After`',
};

/** Problems that only Nginx (problem-texts.conf.template) or the HTTP server of Node answers. */
const NGINX_NAMES = ['request-timeout', 'no-answer', 'timeout'];
const OTHER_TYPES = [
  ...(['invalid-request', 'not-found', 'method-not-allowed', 'body-too-large'] as const).map(
    problemType,
  ),
  ...(['internal', 'unavailable'] as const).map(problemType),
  ...NGINX_NAMES.map((name) => `urn:problem-type:starling:${name}`),
];

const DETAIL = { type: 'string', description: 'What is wrong with this request, for a developer' };
const INSTANCE = {
  type: 'string',
  description: 'The path of the request without its query; empty if the server could not read it',
};
const ERRORS = {
  type: 'array',
  maxItems: ERRORS_MAX,
  description:
    'The values that are not valid, each once; if there are more, `detail` says how many',
  items: {
    type: 'object',
    properties: {
      path: {
        type: 'string',
        description:
          'The place of the value: a path with dots such as `author.email` or `photos.0`, or the name of a parameter; empty: the whole body',
      },
      message: { type: 'string', description: 'What is wrong with it' },
    },
    required: ['path', 'message'],
    additionalProperties: false,
  },
};
const VIOLATED_POLICIES = {
  type: 'array',
  description: 'The names of the policies in `RateLimit-Policy` that refuse the request',
  items: { type: 'string' },
};

/** One schema per type of problem, and `OtherProblem` for those that no operation names. */
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
      'A problem that every operation may answer',
      {},
    ),
  };
}

const ANY_STATUS = { minimum: 400, maximum: 599 };

/** Every problem fits this. It is not in the document: operations name the types they answer. */
export const ANY_PROBLEM = {
  ...problemSchema(
    { format: 'uri' },
    ANY_STATUS,
    'Any problem (RFC 9457). Tell them apart by `type`',
    {
      errors: ERRORS,
      'violated-policies': VIOLATED_POLICIES,
    },
  ),
  required: ['type', 'title', 'status', 'instance'],
};

/** Problems outside operations, or that every operation may answer: `OtherProblem`. */
const ONLY_ELSEWHERE = new Set<ProblemName>([
  'method-not-allowed',
  'range-not-satisfiable',
  'internal',
]);

function schemaOf(name: ProblemName): object {
  const schema = problemSchema(
    { const: problemType(name) },
    { const: problemStatus(name) },
    MEANINGS[name],
    ofItsOwn(name),
  );
  // A path that does not decode is invalid as a whole, so that no parameter can be named.
  const required = schema.required.filter(
    (each) => name !== 'invalid-request' || each !== 'errors',
  );
  return { ...schema, required };
}

function ofItsOwn(name: ProblemName): Record<string, object> {
  if (name === 'quota-exceeded') return { 'violated-policies': VIOLATED_POLICIES };
  return ['invalid-request', 'invalid-cursor', 'invalid-body'].includes(name)
    ? { errors: ERRORS }
    : {};
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
        description: 'The type of the problem; the same text for each problem of the type',
      },
      title: {
        type: 'string',
        description: 'The type in words; the same text for each problem of the type',
      },
      status: { type: 'integer', ...status, description: 'The status of the answer' },
      detail: DETAIL,
      instance: INSTANCE,
      ...own,
    },
    required,
    additionalProperties: false,
  };
}

export function schemaName(problem: string): string {
  const words = problem.split('-').map((word) => word[0]!.toUpperCase() + word.slice(1));
  return `${words.join('')}Problem`;
}
