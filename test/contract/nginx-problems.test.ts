import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { contract } from '../support/contract';
import { operations } from './contract-operations';

const templates = path.join(packageRoot, 'nginx', 'templates', 'starling');
const texts = readFileSync(path.join(templates, 'problem-texts.conf.template'), 'utf8');

/** The value that a map of the configuration has for each status. */
function readMap(variable: string): Map<string, string> {
  const [, body = ''] = new RegExp(`map \\$status \\$${variable} \\{([^}]*)\\}`).exec(texts) ?? [];
  const lines = body.matchAll(/^\s*(\S+)\s+(?:"([^"]*)"|(\S+));$/gm);
  return new Map([...lines].map(([, status, quoted, word]) => [status!, quoted ?? word!]));
}

describe('the problems that Nginx sends by itself', () => {
  const names = readMap('problem_name');
  const { schemas } = contract.components as unknown as {
    schemas: { OtherProblem: { properties: { type: { enum: string[] } } } };
  };

  it('are in the OpenAPI document, each with its type', () => {
    expect(names.size).toBeGreaterThan(8);
    const { enum: others } = schemas.OtherProblem.properties.type;
    const tooMany = names.get('429');
    const missing = [...names.values()].filter(
      (name) => name !== tooMany && !others.includes(`urn:problem-type:starling:${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('equal the examples of the OpenAPI document', () => {
    const { examples } =
      contract.components.responses.OtherProblem.content['application/problem+json'];
    const listing =
      operations[0]!.operation.responses['429']!.content!['application/problem+json']!;
    for (const example of [
      examples['no-answer'].value,
      listing.examples!['too-many-requests']!.value,
    ]) {
      const { type, title, status, detail } = example as Record<string, string>;
      expect({ type, title, detail }).toEqual({
        type: `urn:problem-type:starling:${names.get(String(status))}`,
        title: readMap('problem_title').get(String(status)),
        detail: readMap('problem_detail').get(String(status)),
      });
    }
  });
});
