import type { z } from 'zod';
import { createSchema } from 'zod-openapi';
import type { Parameter } from './operation';

/** Path, query and header parameters of an OpenAPI 3.1 document. */

/**
 * The parameters that a schema checks. Each has its description and example at the parameter itself:
 * Swagger UI shows the description and fills in the example. An optional parameter has no example,
 * because readers who try the operation would send it. So this does not use the parameters that
 * zod-openapi renders: they have the two inside the schema.
 */
export function parametersOf(schema: z.ZodObject, location: 'path' | 'query'): Parameter[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => {
    const isRequired = !field.safeParse(undefined).success;
    // From the field itself: its JSON Schema lacks metadata that stands after a transformation.
    const { description, examples, default: byDefault } = field.meta() ?? {};
    const { description: _, examples: __, ...checks } = withoutNull(inputSchema(field));
    return {
      name,
      in: location,
      required: isRequired,
      description,
      ...(checks.type === 'array' && { style: 'form' as const, explode: false }),
      ...(isRequired && Array.isArray(examples) && { example: examples[0] }),
      schema: { ...checks, ...(byDefault !== undefined && { default: byDefault }) },
    };
  });
}

/** JSON Schema of what a client sends: before defaults and transformations. */
export function inputSchema(schema: z.ZodType): object {
  return createSchema(schema, { io: 'input', opts: { override: omitInputDefault } })
    .schema as object;
}

/**
 * Clients may leave out a field with a default, and its description says so. The keyword `default`
 * itself makes some generators treat the field as required.
 */
export function omitInputDefault({ jsonSchema, io }: { jsonSchema: object; io: string }): void {
  if (io === 'input' && 'default' in jsonSchema) delete jsonSchema.default;
}

interface ParameterSchema {
  type?: string | string[];
  anyOf?: ParameterSchema[];
  description?: string;
  examples?: unknown[];
}

/** A client can leave out a parameter, but cannot send null. */
function withoutNull({ anyOf = [], ...schema }: ParameterSchema): ParameterSchema {
  const given = anyOf.find(({ type }) => type !== 'null');
  const { type, ...rest } = { ...given, ...schema };
  return { type: Array.isArray(type) ? type.find((each) => each !== 'null') : type, ...rest };
}

export const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes it safe to repeat the request; a UUID, for example. For 24 hours, the same key with the same request gets the same answer',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
};

export const STARLING_ACTOR: Parameter = {
  name: 'Starling-Actor',
  in: 'header',
  required: false,
  description:
    'The shopper who votes or reports: a token from `POST /v1/actors`. With a key of the scope `write`, it may be any opaque name that your store uses for the shopper. Without the header, or with any other text, the address of the client identifies the shopper. The service keeps only a hash',
  schema: { type: 'string', minLength: 1, maxLength: 128 },
};
