import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { contract } from '../support/contract';
import { type MediaType, operations } from './contract-operations';

interface Schema {
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
  [other: string]: unknown;
}

/**
 * The contract holds what readers need, beyond what machines need. Each test lists what is missing:
 * describe a field with `.meta({ description })` in its *-schema.ts, an operation and its examples
 * in its *-contract.ts.
 */
describe('the OpenAPI document, for its readers', () => {
  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
    expect(contract.info.version).toBe(version);
  });

  it('describes each operation with a summary, a description and one described tag', () => {
    const tags = new Set(
      contract.tags.filter(({ description }) => description).map(({ name }) => name),
    );
    const incomplete = operations
      .filter(({ operation }) => {
        const { summary, description, tags: [tag] = [] } = operation;
        return !summary || !description || !tag || !tags.has(tag);
      })
      .map(({ name }) => name);
    expect(incomplete).toEqual([]);
  });

  it('describes each parameter, and has an example of each required one', () => {
    const incomplete = operations.flatMap(({ name, operation: { parameters = [] } }) =>
      parameters
        .filter(
          ({ description, required, example }) =>
            !description || (required && example === undefined),
        )
        .map((parameter) => `${name}: ${parameter.name}`),
    );
    expect(incomplete).toEqual([]);
  });

  it('describes each component and each property', () => {
    const { schemas } = contract.components as unknown as { schemas: Record<string, Schema> };
    const components = Object.entries(schemas).filter(([, { description }]) => !description);
    const undescribed = components.map(([name]) => name);
    walk(contract, '', (schema, where) => {
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        const { description } = property.$ref ? resolve(property.$ref, schemas) : property;
        if (!description) undescribed.push(`${where}.${name}`);
      }
    });
    expect(undescribed).toEqual([]);
  });

  it('has an example of each request body and each response body', () => {
    const without = operations.flatMap(({ name, operation }) => {
      const bodies = { request: operation.requestBody, ...operation.responses };
      return Object.entries(bodies).flatMap(([status, body]) =>
        Object.entries(body?.content ?? {})
          .filter(([, media]) => !hasExample(media))
          .map(([mediaType]) => `${name}: ${status} ${mediaType}`),
      );
    });
    expect(without).toEqual([]);
  });

  it('names the problem types of each status, each with an example, and 401 everywhere', () => {
    const problem = 'application/problem+json';
    const vague = operations.flatMap(({ name, operation: { responses } }) => {
      const refusals = Object.entries(responses).filter(([, { content }]) => content?.[problem]);
      const general = refusals.filter(([, { content }]) => !namesEachType(content![problem]!));
      const missing = responses['401'] ? [] : ['401 is missing'];
      return [...general.map(([status]) => status), ...missing].map((what) => `${name}: ${what}`);
    });
    expect(vague).toEqual([]);
  });

  it('shows no bounds of JavaScript integers, and no default that makes a field required', () => {
    const text = JSON.stringify(contract);
    expect(text).not.toContain(String(Number.MIN_SAFE_INTEGER));
    const withDefault: string[] = [];
    walk(contract.components, '', (schema, where) => {
      for (const [name, property] of Object.entries(schema.properties ?? {}))
        if ('default' in property) withDefault.push(`${where}.${name}`);
    });
    expect(withDefault).toEqual([]);
  });
});

function hasExample({ example, examples }: MediaType): boolean {
  return example !== undefined || Object.keys(examples ?? {}).length > 0;
}

function namesEachType({ schema, examples = {} }: MediaType): boolean {
  const { $ref, oneOf = [{ $ref }] } = schema as { $ref?: string; oneOf?: { $ref?: string }[] };
  const isSpecific = oneOf.every((each) => each.$ref && !each.$ref.endsWith('/OtherProblem'));
  return isSpecific && oneOf.length === Object.keys(examples).length;
}

function resolve($ref: string, schemas: Record<string, Schema>): Schema {
  return schemas[$ref.replace('#/components/schemas/', '')]!;
}

/** Every part of the document that can be a schema. */
function walk(part: unknown, where: string, visit: (schema: Schema, where: string) => void): void {
  if (typeof part !== 'object' || part === null) return;
  if ('properties' in part) visit(part as Schema, where);
  for (const [name, inner] of Object.entries(part)) {
    if (name !== 'example' && name !== 'examples') walk(inner, `${where}/${name}`, visit);
  }
}
