import { parametersOf } from './openapi-parameters';
import { keyWith } from './openapi-parts';
import { needsScope, type ProblemResponse, problems } from './openapi-problems';
import type { Answer, Operation, Operations, Parameter } from './operation';

/**
 * The paths of an OpenAPI document, rendered from the declared operations. What follows from an
 * operation's path, method, scope and parameters is added here: `security`, the problems of a
 * missing scope, and what the examples of problems say about the request (`instance`, `errors`,
 * `violated-policies`).
 */

/**
 * In the examples of problems, these stand in the place of a parameter that the request gets wrong:
 * a value that is no key, no number and no percent-encoding, and one that does not decode.
 */
export const BAD_VALUE = '~';
export const UNDECODABLE = '%ZZ';
/** An id that the examples do not know. */
export const MISSING_ID = '999';

const PROBLEM_JSON = 'application/problem+json';

/** @throws an Error that names the path when a parameter of the path has no example */
export function documentPaths(
  features: readonly Operations[],
): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, operation] of features.flatMap((each) => Object.entries(each))) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: documentOperation(operationId, operation),
    };
  }
  return paths;
}

function documentOperation(operationId: string, operation: Operation): object {
  const { tag, summary, description, params, query, otherParameters = [] } = operation;
  const security = securityOf(operation);
  const requestBody = requestBodyOf(operation);
  const parameters = [
    ...(params ? parametersOf(params, 'path') : []),
    ...(query ? parametersOf(query, 'query') : []),
    ...otherParameters,
  ];
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    ...(security && { security }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: {
      ...responsesOf(operation, parameters),
      default: { $ref: '#/components/responses/OtherProblem' },
    },
  };
}

function securityOf({ scope, scopeForSome }: Operation): object[] | undefined {
  if (scope) return [keyWith(scope)];
  return scopeForSome && [{}, keyWith(scopeForSome)];
}

function requestBodyOf({ body, formOrJson }: Operation): object | undefined {
  const content = body ?? formOrJson;
  return (
    content && {
      required: true,
      content: {
        'application/json': content,
        ...(formOrJson && { 'application/x-www-form-urlencoded': formOrJson }),
      },
    }
  );
}

/** What the operation answers, and its problems. A status may have both. */
function responsesOf(operation: Operation, parameters: Parameter[]): Record<string, Answer> {
  const { scope = operation.scopeForSome, responses } = operation;
  const refusals = problems(
    ...(scope ? [['forbidden', needsScope(scope)] as const] : []),
    ...operation.problems,
  );
  const all: Record<string, Answer> = { ...responses };
  for (const [status, refusal] of Object.entries(refusals)) {
    const answer = all[status];
    const problem = withExamples(refusal, operation, parameters);
    all[status] = answer
      ? {
          ...problem,
          description: `${problem.description}. Or: ${answer.description}`,
          content: { ...problem.content, ...answer.content },
        }
      : problem;
  }
  return all;
}

function withExamples(
  response: ProblemResponse,
  operation: Operation,
  parameters: Parameter[],
): Answer {
  const { schema, examples } = response.content[PROBLEM_JSON]!;
  const completed = Object.entries(examples).map(([name, example]) => [
    name,
    { ...example, value: aboutRequest(example.value as ProblemValue, operation, parameters) },
  ]);
  return {
    ...response,
    content: { [PROBLEM_JSON]: { schema, examples: Object.fromEntries(completed) } },
  };
}

interface ProblemValue {
  type: string;
  errors?: { path: string }[];
  'violated-policies'?: string[];
}

function aboutRequest(value: ProblemValue, { path, method }: Operation, parameters: Parameter[]) {
  const { errors, 'violated-policies': policies, ...rest } = value;
  return {
    ...rest,
    instance: fillPath(path, parameters, wrongParameter(value, path)),
    ...(errors && { errors }),
    ...(policies && { 'violated-policies': [method === 'get' ? 'read-hour' : 'write-hour'] }),
  };
}

/** The parameter that the example gets wrong, and the wrong value. */
function wrongParameter({ type, errors }: ProblemValue, path: string): Record<string, string> {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!);
  if (type.endsWith(':not-found')) return { [names.at(-1) ?? '']: MISSING_ID };
  if (!type.endsWith(':invalid-request')) return {};
  const blamed = errors?.[0]?.path;
  return blamed === undefined ? { [names[0] ?? '']: UNDECODABLE } : { [blamed]: BAD_VALUE };
}

function fillPath(path: string, parameters: Parameter[], wrong: Record<string, string>): string {
  return path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    if (wrong[name] !== undefined) return wrong[name];
    const example = parameters.find((each) => each.in === 'path' && each.name === name)?.example;
    if (example === undefined) throw new Error(`${path}: the parameter ${name} has no example`);
    return encodeURIComponent(String(example));
  });
}
