import { BAD_VALUE, MISSING_ID, UNDECODABLE } from '../../src/platform/http/openapi-paths';
import {
  type ContractOperation,
  type ExampleRequest,
  exampleRequest,
  hasParameter,
} from './contract-operations';
import type { ExampleStore } from './example-store';

/** A problem, as the contract has it. */
export interface ProblemExample {
  errors?: { path: string }[];
}

type Change = Partial<Omit<ExampleRequest, 'body'>> & { body?: unknown };
type Provocation = (
  target: ContractOperation,
  example: ProblemExample,
  store: ExampleStore,
) => Change;

/** The Idempotency-Key of the operation's example request. */
export const USED_KEY = 'example-1';

/**
 * How to provoke each problem of an operation whose examples have just succeeded: what its request
 * has in place of the examples. `quota-exceeded`, `unavailable` and Nginx's own problems have tests
 * of their own.
 */
export const PROVOCATIONS: Record<string, Provocation> = {
  'invalid-request': (target, { errors }) => {
    const blamed = errors?.[0]?.path.split('.')[0];
    if (blamed === undefined) return exampleRequest(target, { [firstInPath(target)]: UNDECODABLE });
    if (!hasParameter(target, blamed)) return { query: `?${blamed}=1` };
    const isHeader = blamed === 'Idempotency-Key' || blamed === 'Starling-Actor';
    return exampleRequest(target, { [blamed]: isHeader ? 'x'.repeat(256) : BAD_VALUE });
  },
  'invalid-cursor': (target) =>
    hasParameter(target, 'cursor')
      ? exampleRequest(target, { cursor: 'nonsense' })
      : { body: { ...exampleRequest(target).body, cursor: 'nonsense' } },
  'precondition-failed': () => ({ headers: { 'If-Match': '"another version"' } }),
  'malformed-body': () => ({ body: '{' }),
  // Legacy routes ignore credentials that do not look like a key of Starling.
  unauthorized: () => ({ headers: { Authorization: 'Bearer starling_wrong' } }),
  forbidden: (target, _example, { keys }) => ({
    // From another machine, so that metrics need a key.
    headers: { Authorization: `Bearer ${keys.none}`, 'X-Forwarded-For': '192.0.2.1' },
    // A review needs no key, unless it says that it is verified.
    body:
      target.operation.operationId === 'submitReview'
        ? { ...exampleRequest(target).body, verified: true }
        : undefined,
  }),
  'not-found': (target) => exampleRequest(target, { [lastInPath(target)]: MISSING_ID }),
  // Without such a key the response does not show it.
  'already-reviewed': (_target, _example, { keys }) => ({
    headers: { Authorization: `Bearer ${keys.all}` },
  }),
  'body-too-large': (target) => ({
    body: { ...exampleRequest(target).body, padding: 'x'.repeat(65_536) },
  }),
  'unsupported-media-type': () => ({ headers: { 'Content-Type': 'text/plain' } }),
  'invalid-body': (target, { errors }) => {
    const { [errors![0]!.path]: _missing, ...rest } = exampleRequest(target).body!;
    return { body: rest };
  },
  'key-reused': (target) => ({
    headers: { 'Idempotency-Key': USED_KEY },
    body: { ...exampleRequest(target).body, rating: 1 },
  }),
};

function firstInPath({ path }: ContractOperation): string {
  return /\{([^}]+)\}/.exec(path)![1]!;
}

function lastInPath({ path }: ContractOperation): string {
  return /\{([^}]+)\}[^{]*$/.exec(path)![1]!;
}
