import { ERRORS_MAX } from './input-errors';
import { PROBLEM_NAMES, type ProblemName, problemStatus, problemType } from './problem';

/**
 * A schema of each type of problem for the OpenAPI document, with a constant `type` and `status`.
 * openapi-problems.ts has the responses that refer to them.
 */

/** Nginx's own, in the words of nginx/templates/starling/problem-texts.conf.template. */
export const TOO_MANY_REQUESTS = {
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

export const MEANINGS: Record<ProblemName, string> = {
  'invalid-request': 'A parameter of the path, the query or a header is not valid',
  'invalid-cursor': 'The cursor is forged, or belongs to another sort, filter or product',
  'malformed-body': 'The body is missing, cut off, not JSON, or not UTF-8',
  unauthorized: 'The key is unknown or revoked, or a key is needed',
  forbidden: 'The key does not have the scope that this needs',
  'not-found': 'There is no such review, or it is not shown',
  'method-not-allowed': 'The route does not have this method; see `Allow`',
  'precondition-failed':
    'A condition of the request is not met: `If-Match` or `If-Unmodified-Since`',
  'range-not-satisfiable': 'No part of the file lies in the range',
  'already-reviewed': 'The author has reviewed this product; `Location` names the review',
  'body-too-large': 'The body is larger than 64 kB',
  'unsupported-media-type': 'The body is not `application/json` in UTF-8',
  'invalid-body': 'The body is JSON with values that are not valid; `errors` names each',
  'key-reused': 'The Idempotency-Key was used for another request',
  'quota-exceeded': 'The quota is used up; see `Retry-After`',
  internal: 'The service failed; its log has the error under the `X-Request-Id`',
  unavailable: 'The service is overloaded or cannot reach its database; see `Retry-After`',
};

/**
 * Nginx's names besides those of the instances
 * (nginx/templates/starling/problem-texts.conf.template), and Node's.
 */
const NGINX_NAMES = ['request-timeout', 'no-answer', 'timeout'];
const OTHER_TYPES = [
  ...(['invalid-request', 'not-found', 'method-not-allowed', 'body-too-large'] as const).map(
    problemType,
  ),
  ...(['internal', 'unavailable'] as const).map(problemType),
  ...NGINX_NAMES.map((name) => `urn:problem-type:starling:${name}`),
];

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

/** Answered where no operation is known, or by any operation: `OtherProblem`. */
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
  // A path that cannot be decoded is invalid as a whole: no parameter is to blame.
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
        description: 'Which problem it is; always the same text for the same problem',
      },
      title: {
        type: 'string',
        description: 'The problem in words; the same for each problem of the type',
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
