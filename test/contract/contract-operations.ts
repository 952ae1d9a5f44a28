import { contract } from '../support/contract';

/** The operations of the contract, and requests made from their examples. */

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  example?: unknown;
  schema: object;
}

export interface MediaType {
  schema: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<
    string,
    { $ref?: string; description?: string; content?: Record<string, MediaType> }
  >;
}

export interface ContractOperation {
  name: string;
  path: string;
  method: 'get' | 'post' | 'put' | 'delete';
  operation: Operation;
}

export const operations: ContractOperation[] = Object.entries(
  contract.paths as unknown as Record<string, Record<string, Operation>>,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    method: method as ContractOperation['method'],
    operation,
  })),
);

export interface ExampleRequest {
  method: ContractOperation['method'];
  path: string;
  query: string;
  headers: Record<string, string>;
  body: Record<string, unknown> | null;
}

/**
 * The request of an operation's examples. @param instead values in place of parameters' examples
 */
export function exampleRequest(
  { path, method, operation }: ContractOperation,
  instead: Record<string, string> = {},
): ExampleRequest {
  const { parameters = [], requestBody } = operation;
  const valueFor = ({ name, example }: Parameter) =>
    instead[name] ?? (Array.isArray(example) ? example.join(',') : String(example));
  const sent = parameters.filter(({ name, required }) => required || instead[name] !== undefined);
  const pairs = sent
    .filter((each) => each.in === 'query')
    .map((each) => `${each.name}=${valueFor(each)}`);
  const headers = sent
    .filter((each) => each.in === 'header')
    .map((each) => [each.name, valueFor(each)]);
  return {
    method,
    path: path.replace(/\{([^}]+)\}/g, (_, name: string) =>
      valueFor(sent.find((each) => each.name === name)!),
    ),
    query: pairs.length === 0 ? '' : `?${pairs.join('&')}`,
    headers: Object.fromEntries(headers),
    body:
      (requestBody?.content['application/json']?.example as Record<string, unknown> | undefined) ??
      null,
  };
}

/** Whether the operation needs a key. */
export function needsKey({ operation: { security = [] } }: ContractOperation): boolean {
  return security.length > 0 && security.every((each) => Object.keys(each).length > 0);
}

export function hasParameter({ operation }: ContractOperation, name: string): boolean {
  return (operation.parameters ?? []).some((each) => each.name === name);
}
