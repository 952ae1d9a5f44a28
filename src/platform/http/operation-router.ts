import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { readFormOrJson } from './form-body';
import type { Method, Operation, Operations } from './operation';
import { requireScope } from './principal';
import { addResource } from './routing';
import { parseBody, parseParameters, readJsonBody } from './validation';

/** What the declared schemas make of a request; undefined where the operation declares none. */
export interface OperationInput<Declared extends Operation> {
  params: Declared extends { params: infer Schema extends z.ZodType }
    ? z.output<Schema>
    : undefined;
  query: Declared extends { query: infer Schema extends z.ZodType } ? z.output<Schema> : undefined;
  body: Declared extends { body: { schema: infer Schema extends z.ZodType } }
    ? z.output<Schema>
    : undefined;
}

type Handler<Checked> = (
  input: Checked,
  request: Request,
  response: Response,
) => void | Promise<void>;

/** The same, for an operation of which no more is known. */
type Input = Record<'params' | 'query' | 'body', unknown>;

/**
 * Routes for these operations, in their order, and a 405 for every other method of their paths.
 *
 * A route checks in this order: scope (401, 403), path and query (400), form of the body (400, 413,
 * 415), values of the body (422). Its handler gets the checked values. An error that the handler
 * throws or rejects with goes to the error middleware.
 */
export function createOperationRouter<Declared extends Operations>(
  operations: Declared,
  handlers: { [Id in keyof Declared]: Handler<OperationInput<Declared[Id]>> },
): Router {
  const routes = new Map<string, Partial<Record<Method, RequestHandler[]>>>();
  for (const [id, operation] of Object.entries(operations)) {
    const path = operation.path.replace(/\{(\w+)\}/g, ':$1');
    const handler = handlers[id] as Handler<Input>;
    routes.set(path, { ...routes.get(path), [operation.method]: handlersOf(operation, handler) });
  }
  const router = Router();
  for (const [path, methods] of routes) addResource(router, path, methods);
  return router;
}

function handlersOf(operation: Operation, handler: Handler<Input>): RequestHandler[] {
  const { scope, body, formOrJson } = operation;
  const demanded = scope ? [requireScope(scope)] : [];
  if (!body && !formOrJson) {
    return [
      ...demanded,
      (request, response) => handler(checkAddress(operation, request), request, response),
    ];
  }
  return [
    ...demanded,
    (request, response, next) => {
      response.locals.input = checkAddress(operation, request);
      next();
    },
    ...(body ? readJsonBody : readFormOrJson),
    (request, response) => {
      const input = response.locals.input as Input;
      if (body) input.body = parseBody(body.schema, request.body);
      return handler(input, request, response);
    },
  ];
}

/** Without the body, which is checked after it is read. */
function checkAddress({ params, query }: Operation, request: Request): Input {
  return {
    params: params && parseParameters(params, request.params),
    query: query && parseParameters(query, request.query),
    body: undefined,
  };
}
