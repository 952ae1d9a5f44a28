import type { z } from 'zod';
import type { DeclaredProblem } from './openapi-problems';
import type { Scope } from './principal';

/**
 * One operation of the API: all that its route checks and that the OpenAPI document says about it.
 *
 * A feature declares its operations in its `*-contract.ts`, each under its operationId, and gives
 * each a handler in its `*-routes.ts` (operation-router.ts). The OpenAPI document is made from the
 * same declarations (openapi-paths.ts). So a path is written once, the document shows the schemas
 * that the route validates with, and the compiler reports an operation without a handler.
 */
export interface Operation {
  method: Method;
  /** As OpenAPI writes it: `/v1/products/{product_id}`. */
  path: string;
  tag: string;
  summary: string;
  description: string;
  /** The scope that every request needs. The route refuses others before it reads their body. */
  scope?: KeyedScope;
  /** The scope that some requests need. The handler decides which. */
  scopeForSome?: KeyedScope;
  /** The route checks these three and passes what they make of the request to the handler. */
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: Body;
  /** A body in JSON or of an HTML form. The handler checks it. */
  formOrJson?: Body;
  /** Parameters that the handler reads and checks itself, such as headers. */
  otherParameters?: readonly Parameter[];
  /** What the operation answers besides problems, by status. */
  responses: Record<number, Answer>;
  /** `unauthorized`, and `forbidden` of an operation with a scope, need not be named. */
  problems: readonly DeclaredProblem[];
}

/** Operations by their operationIds. */
export type Operations = Readonly<Record<string, Operation>>;

export type Method = 'get' | 'post' | 'put' | 'delete';

/** Scopes that an operation can need. `read` is needed for none. */
export type KeyedScope = Exclude<Scope, 'read'>;

interface Body {
  schema: z.ZodType;
  /** A body that the operation accepts as it is. A test sends it. */
  example: unknown;
}

/** A parameter as OpenAPI writes it. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  example?: unknown;
  style?: 'form';
  explode?: boolean;
  schema: object;
}

/** A response as OpenAPI writes it, but with schemas of Zod where they are ours. */
export interface Answer {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, { schema: z.ZodType | object; example?: unknown; examples?: object }>;
}
