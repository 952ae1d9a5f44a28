import { z } from 'zod';
import { problems } from './openapi-problems';
import type { Scope } from './principal';

/**
 * Building blocks of an OpenAPI 3.1 document: what every operation of this service has in common.
 */

/** `properties` are schemas, each with its description. */
export function strictObject(properties: Record<string, object>) {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

/**
 * @param example what the operation answers to its own examples; a test compares it with the answer
 */
export function publicRead(schema: string, example: unknown) {
  return {
    '200': {
      description: 'OK',
      headers: {
        ETag: {
          description: 'Send it as `If-None-Match` to be answered 304',
          schema: { type: 'string' },
        },
        'Cache-Tag': {
          description: 'The products shown, for purging a CDN',
          schema: { type: 'string' },
        },
      },
      content: json(reference(schema), example),
    },
    '304': { description: 'What the client has is current' },
    ...problems('precondition-failed'),
  };
}

/**
 * @param example a body that the operation takes as it stands, or the one that it answers; a test
 * runs it
 */
export function json(schema: object, example: unknown) {
  return { 'application/json': { schema, example } };
}

export function reference(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

const KEYED_SCOPES = ['write', 'moderate', 'admin', 'metrics'] as const satisfies Scope[];

/** For `security`: a key with this scope. */
export function keyWith(scope: (typeof KEYED_SCOPES)[number]): Record<string, string[]> {
  return { [`${scope}Key`]: [] };
}

/**
 * The components that `keyWith` refers to. A scheme for each scope: a bearer scheme has no scopes
 * of its own that every tool knows.
 */
export function keySchemes(): Record<string, object> {
  const schemes = KEYED_SCOPES.map((scope) => [
    `${scope}Key`,
    {
      type: 'http',
      scheme: 'bearer',
      description: `A key with the scope \`${scope}\`, from \`npm run client -- create\``,
    },
  ]);
  return Object.fromEntries(schemes);
}

/** A body that must be there. */
export function requestBody(schema: object, example: unknown) {
  return { required: true, content: json(schema, example) };
}

/**
 * What a client sends: before defaults and transformations. A field with a default may be left out,
 * and says so in its description; `default` itself makes some generators take the field for
 * required.
 */
export function inputSchema(schema: z.ZodType): object {
  return withoutDefaults(toInputSchema(schema));
}

function toInputSchema(schema: z.ZodType): object {
  const { $ref, $defs, ...inline } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  });
  // A schema with an id of its own comes as a reference into itself, which would point nowhere from
  // within a larger document.
  return withoutMarks($ref && $defs ? $defs[$ref.replace('#/$defs/', '')]! : inline);
}

function withoutDefaults<Part>(part: Part): Part {
  if (Array.isArray(part)) return part.map(withoutDefaults) as Part;
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).filter(([name]) => name !== 'default');
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutDefaults(value)])) as Part;
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

/**
 * Description and example stand at the parameter itself: Swagger UI shows the one and fills in the
 * other. A parameter that may be left out has no example, or a reader who tries the operation would
 * send it.
 */
function parameters(schema: z.ZodObject, location: 'path' | 'query') {
  return Object.entries(schema.shape).map(([name, field]) => {
    const isRequired = !(field as z.ZodType).safeParse(undefined).success;
    // From the field itself: what JSON Schema says of it lacks what stands after a transformation.
    const { description, examples, default: byDefault } = (field as z.ZodType).meta() ?? {};
    const {
      description: _,
      examples: __,
      ...checks
    } = withoutNull(inputSchema(field as z.ZodType));
    return {
      name,
      in: location,
      required: isRequired,
      description,
      ...(checks.type === 'array' && { style: 'form', explode: false }),
      ...(isRequired && Array.isArray(examples) && { example: examples[0] }),
      schema: { ...checks, ...(byDefault !== undefined && { default: byDefault }) },
    };
  });
}

interface ParameterSchema {
  type?: string | string[];
  anyOf?: ParameterSchema[];
  description?: string;
  examples?: unknown[];
}

/** A parameter can be left out; it cannot be null. */
function withoutNull({ anyOf = [], ...schema }: ParameterSchema): ParameterSchema {
  const given = anyOf.find(({ type }) => type !== 'null');
  const { type, ...rest } = { ...given, ...schema };
  return { type: Array.isArray(type) ? type.find((each) => each !== 'null') : type, ...rest };
}

export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes it safe to repeat the request, say a UUID: within 24 hours the same key and request get the same answer',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
};

export const STARLING_ACTOR = {
  name: 'Starling-Actor',
  in: 'header',
  required: false,
  description:
    'Who votes or reports: a token of `POST /v1/actors`, or, with a key of the scope `write`, any opaque name that the store has for its shopper. Without it, and for any other text, the address counts. Kept as a hash only',
  schema: { type: 'string', minLength: 1, maxLength: 128 },
};
