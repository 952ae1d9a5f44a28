/**
 * The last step of an OpenAPI document's paths: what follows from an operation's path, method and
 * parameters.
 */

interface Parameter {
  name: string;
  in: string;
  example?: unknown;
}

interface ProblemExample {
  value: {
    type: string;
    errors?: { path: string }[];
    instance?: string;
    'violated-policies'?: string[];
  };
}

interface Operation {
  parameters?: Parameter[];
  responses: Record<
    string,
    { content?: Record<string, { examples?: Record<string, ProblemExample> }> }
  >;
}

type Paths = Record<string, Record<string, object>>;

/**
 * In the place of a parameter that an example gets wrong: no key, no number, no percent-encoding.
 */
export const BAD_VALUE = '~';
export const UNDECODABLE = '%ZZ';
/** The id of nothing that the examples know. */
export const MISSING_ID = '999';

const PROBLEM_JSON = 'application/problem+json';

/**
 * Fills in what the examples of problems say about the request (`instance`, `violated-policies`)
 * and refers each operation to the problems that any request may meet.
 *
 * @throws an Error that names the operation when a parameter of its path has no example
 */
export function completePaths<Given extends Paths>(paths: Given): Given {
  const completed = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        complete(path, method, operation as Operation),
      ]),
    ),
  ]);
  return Object.fromEntries(completed) as Given;
}

function complete(path: string, method: string, operation: Operation): object {
  const responses = Object.entries(operation.responses).map(([status, response]) => {
    const problem = response.content?.[PROBLEM_JSON];
    if (!problem) return [status, response];
    const examples = Object.entries(problem.examples ?? {}).map(([name, example]) => [
      name,
      { ...example, value: aboutRequest(example.value, path, method, operation) },
    ]);
    const content = { ...problem, examples: Object.fromEntries(examples) };
    return [status, { ...response, content: { ...response.content, [PROBLEM_JSON]: content } }];
  });
  return {
    ...operation,
    responses: {
      ...Object.fromEntries(responses),
      default: { $ref: '#/components/responses/OtherProblem' },
    },
  };
}

function aboutRequest(
  value: ProblemExample['value'],
  path: string,
  method: string,
  { parameters = [] }: Operation,
) {
  const { errors, 'violated-policies': policies, ...rest } = value;
  return {
    ...rest,
    instance: fillPath(path, parameters, wrongParameter(value, path)),
    ...(errors && { errors }),
    ...(policies && { 'violated-policies': [method === 'get' ? 'read-hour' : 'write-hour'] }),
  };
}

/** The parameter that the example gets wrong, and with what. */
function wrongParameter(
  { type, errors }: ProblemExample['value'],
  path: string,
): Record<string, string> {
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
