/**
 * RFC 9457 problem details. Every error that a client sees is one of these; docs/api.md explains
 * them.
 */
const PROBLEMS = {
  'invalid-request': [400, 'The path or the query is not valid'],
  'invalid-cursor': [400, 'The cursor is not valid here'],
  'malformed-body': [400, 'The body is not valid JSON'],
  unauthorized: [401, 'A key is needed'],
  forbidden: [403, 'The key does not allow this'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'already-reviewed': [409, 'This author has reviewed this product'],
  'precondition-failed': [412, 'A condition that the request makes is not met'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The content type is not supported'],
  'range-not-satisfiable': [416, 'No part of the answer lies in the range'],
  'invalid-body': [422, 'The body holds values that are not valid'],
  'quota-exceeded': [429, 'Request cannot be satisfied as assigned quota has been exceeded'],
  'key-reused': [422, 'The Idempotency-Key was used for another request'],
  internal: [500, 'Something went wrong on our side'],
  unavailable: [503, 'The service is not available right now'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemName = keyof typeof PROBLEMS;

/**
 * One error in the input. `path` is dotted (`author.email`, `photos.0`), the name of a parameter or
 * header, or empty for the whole body.
 */
export interface InputError {
  path: string;
  message: string;
}

export interface ProblemOptions {
  detail?: string;
  errors?: InputError[];
  headers?: Record<string, string>;
  /** For `quota-exceeded`: the names of the policies that refuse. */
  violatedPolicies?: string[];
}

/** Problems that have a type in IANA's registry use that type. */
const REGISTERED_TYPES: Partial<Record<ProblemName, string>> = {
  'quota-exceeded': 'https://iana.org/assignments/http-problem-types#quota-exceeded',
};

export const PROBLEM_NAMES = Object.keys(PROBLEMS) as ProblemName[];

export function problemStatus(problem: ProblemName): number {
  return PROBLEMS[problem][0];
}

export function problemType(problem: ProblemName): string {
  return REGISTERED_TYPES[problem] ?? `urn:problem-type:starling:${problem}`;
}

/** The body of an answer; `instance` is the path that was asked for. */
export function problemDocument(problem: ProblemName, options: ProblemOptions, instance: string) {
  const { detail, errors, violatedPolicies } = options;
  const [status, title] = PROBLEMS[problem];
  return {
    type: problemType(problem),
    title,
    status,
    ...(detail !== undefined && { detail }),
    instance,
    ...(errors && { errors }),
    ...(violatedPolicies && { 'violated-policies': violatedPolicies }),
  };
}

/**
 * An error that the error middleware turns into an answer. Throw it anywhere below a route. The
 * client sees `detail`, so it must not reveal internals.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(
    readonly problem: ProblemName,
    private readonly options: ProblemOptions = {},
  ) {
    const [status, title] = PROBLEMS[problem];
    super(options.detail ?? title);
    this.status = status;
    this.headers = options.headers ?? {};
  }

  /** The body of the answer; `instance` is the path that was asked for. */
  toDocument(instance: string) {
    return problemDocument(this.problem, this.options, instance);
  }
}
