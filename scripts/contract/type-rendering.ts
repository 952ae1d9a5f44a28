import { buildOpenApiDocument } from '../../src/openapi';
import { ANY_PROBLEM } from '../../src/platform/http/openapi-problem-schemas';

/**
 * Renders the OpenAPI document's schemas as TypeScript types. It knows the parts of JSON Schema
 * that the document uses and throws for any other.
 */
interface Schema {
  $ref?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  type?: string | string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  description?: string;
}

/** The schemas of the document, and `Problem`, which all of its problems fit. */
export function renderContractTypes(): string {
  return renderTypes({ ...buildOpenApiDocument().components.schemas, Problem: ANY_PROBLEM });
}

function renderTypes(schemas: Record<string, object>): string {
  const types = Object.entries(schemas).map(
    ([name, schema]) => `export type ${name} = ${render(schema as Schema, '')};\n`,
  );
  return `// Made from the OpenAPI document by \`npm run contract-types\`. A test holds it to that.\n\n${types.join('\n')}`;
}

function render(schema: Schema, indent: string): string {
  if (schema.$ref) return schema.$ref.replace(/^#\/components\/schemas\//, '');
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if (schema.anyOf) return schema.anyOf.map((each) => render(each, indent)).join(' | ');
  if (Array.isArray(schema.type))
    return schema.type.map((type) => render({ ...schema, type }, indent)).join(' | ');
  switch (schema.type) {
    case 'object':
      return renderObject(schema, indent);
    case 'array': {
      const item = render(schema.items ?? {}, indent);
      return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
    }
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case undefined:
      return 'unknown';
    default:
      throw new Error(`There is no type for ${JSON.stringify(schema)}`);
  }
}

function renderObject(
  { properties, required = [], additionalProperties }: Schema,
  indent: string,
): string {
  if (!properties) {
    const values =
      typeof additionalProperties === 'object' ? render(additionalProperties, indent) : 'unknown';
    return `Record<string, ${values}>`;
  }
  const inner = `${indent}  `;
  const lines = Object.entries(properties).flatMap(([name, schema]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`;
    const line = `${inner}${key}${required.includes(name) ? '' : '?'}: ${render(schema, inner)};`;
    return schema.description ? [`${inner}/** ${schema.description} */`, line] : [line];
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** As the formatter writes it. */
function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
