import { z } from 'zod';
import { ERRORS_MAX } from './input-errors';

/** Building blocks of an OpenAPI 3.1 document: what every operation of this service has in common. */

const PROBLEM_DESCRIPTIONS: Record<number, string> = {
  400: 'The path, the query, the cursor or the JSON is malformed',
  401: 'The key is unknown or revoked, or a key is needed',
  403: 'The key does not have the scope that this needs',
  404: 'Not found',
  409: 'The author has reviewed this product; Location names the review. Only with a key of the scope `write`',
  412: 'A condition that the request makes is not met',
  413: 'The body is over 64 kB',
  415: 'The body is not application/json',
  422: 'The body holds values that are not valid, or the Idempotency-Key was used for another request',
  429: 'The quota is used up; see Retry-After',
  503: 'Not available right now; see Retry-After',
};

export function strictObject(properties: Record<string, object>) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

export function publicRead(schema: string) {
  return {
    '200': {
      description: 'OK',
      headers: {
        ETag: { description: 'Send it as `If-None-Match` to be answered 304', schema: { type: 'string' } },
        'Cache-Tag': { description: 'The products shown, for purging a CDN', schema: { type: 'string' } },
      },
      content: json(reference(schema)),
    },
    '304': { description: 'What the client has is current' },
    ...problems(412),
  };
}

/** These, and 401: a bad key is refused everywhere. */
export function problems(...statuses: number[]) {
  return Object.fromEntries(
    [401, ...statuses].map((status) => [
      String(status),
      {
        description: PROBLEM_DESCRIPTIONS[status],
        content: { 'application/problem+json': { schema: reference('Problem') } },
      },
    ]),
  );
}

export function json(schema: object) {
  return { 'application/json': { schema } };
}

export function reference(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

/** What a client sends: before defaults and transformations. */
export function inputSchema(schema: z.ZodType) {
  const { $ref, $defs, ...inline } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  // A schema with an id of its own comes as a reference into itself, which would point nowhere from within a larger document.
  return withoutMarks($ref && $defs ? $defs[$ref.replace('#/$defs/', '')]! : inline);
}

/** `$schema` and `$id` belong to a document of its own, not to a component. */
export function withoutMarks(schema: object): object {
  const { $schema: _schema, $id: _id, id: _name, ...rest } = schema as Record<string, unknown>;
  return rest;
}

export function pathParameters(schema: z.ZodObject) {
  return parameters(schema, 'path');
}

export function queryParameters(schema: z.ZodObject) {
  return parameters(schema, 'query');
}

function parameters(schema: z.ZodObject, location: 'path' | 'query') {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: location,
    required: location === 'path',
    schema: withoutNull(inputSchema(field as z.ZodType)),
  }));
}

/** A parameter can be left out; it cannot be null. */
function withoutNull({ anyOf, ...schema }: { anyOf?: { type?: string }[] }): object {
  const given = anyOf?.filter(({ type }) => type !== 'null');
  return given?.length === 1 ? { ...given[0], ...schema } : { ...schema, ...(anyOf && { anyOf }) };
}

/** The component `Problem` that `problems` refers to. */
export const PROBLEM = {
  ...strictObject({
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      maxItems: ERRORS_MAX,
      description: 'Each value that is not valid, once; where there are more of them, `detail` says how many',
      items: strictObject({ path: { type: 'string' }, message: { type: 'string' } }),
    },
    'violated-policies': { type: 'array', items: { type: 'string' } },
  }),
  required: ['type', 'title', 'status', 'instance'],
};

export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Makes it safe to repeat: within 24 hours the same key and request give the same answer',
  schema: { type: 'string', maxLength: 255 },
};

export const STARLING_ACTOR = {
  name: 'Starling-Actor',
  in: 'header',
  description:
    'Who votes or reports: a token of `POST /v1/actors`, or, with a key of the scope `write`, any opaque name that the store has for its shopper. Without it, and for any other text, the address counts. Kept as a hash only',
  schema: { type: 'string', minLength: 1, maxLength: 128 },
};
