import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { buildOpenApiDocument } from '../../src/openapi';
import { ANY_PROBLEM } from '../../src/platform/http/openapi-problem-schemas';

/**
 * Checks responses against the OpenAPI document: status, media type and body must match the
 * operation.
 */
export const contract = buildOpenApiDocument();

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object; examples?: object }> }>;
}
const paths = contract.paths as unknown as Record<string, Record<string, Operation>>;

export interface Answer {
  method: string;
  path: string;
  status: number;
  contentType: string;
  /** As it was sent; null when the response has none. */
  text: string | null;
}

/**
 * @throws an Error that says how the response breaks the contract. Responses for unknown paths must
 * be errors.
 */
export function assertKeepsContract({ method, path, status, contentType, text }: Answer): void {
  const template = Object.keys(paths)
    .filter((candidate) => matches(candidate, path))
    .find((candidate) => paths[candidate]?.[method.toLowerCase()]);
  const operation = template && paths[template]?.[method.toLowerCase()];
  const where = `${method} ${template ?? path} ${status}`;
  if (!operation) {
    if (status < 300) return; // /docs and /openapi.json describe the contract; they are not in it
    if (![400, 404, 405, 412, 416].includes(status))
      throw new Error(`${where} is not in the contract`);
    assertMatches(ANY_PROBLEM, text, where);
    return;
  }
  const response = operation.responses[status];
  if (!response) throw new Error(`${where} is not in the contract: ${text}`);
  if (!response.content) {
    if (text) throw new Error(`${where} must have no body`);
    return;
  }
  const mediaType = contentType.split(';')[0]!;
  const content = response.content[mediaType];
  if (!content) throw new Error(`${where} must not be ${mediaType}`);
  if (mediaType === 'application/problem+json') assertIsNamed(content, text, where);
  const isText = mediaType === 'text/plain' || mediaType === 'text/html';
  assertMatches(content.schema, isText ? JSON.stringify(text) : text, where);
}

/** Each problem type of this status has an example under its name. */
function assertIsNamed(
  { examples = {} }: { examples?: object },
  text: string | null,
  where: string,
): void {
  const { type } = JSON.parse(text ?? '{}') as { type: string };
  const name = type.slice(type.search(/[^:#]*$/));
  if (name in examples) return;
  const named = Object.keys(examples).join(', ');
  throw new Error(
    `${where} answers the problem ${name}; the contract names only ${named} there\n${text}`,
  );
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
const compiled = new Map<string, ValidateFunction>();

function assertMatches(schema: object, text: string | null, where: string): void {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? ajv.compile({ ...schema, components: contract.components });
  compiled.set(key, validate);
  if (!validate(JSON.parse(text ?? ''))) {
    throw new Error(`${where} breaks the contract: ${ajv.errorsText(validate.errors)}\n${text}`);
  }
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
}
