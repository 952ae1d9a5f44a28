import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { lint, loadConfig } from '@redocly/openapi-core';
import { type RulesetDefinition, Spectral } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { buildOpenApiDocument } from '../../src/openapi';
import { packageRoot } from '../../src/platform/package-root';
import { createProgram } from '../command/program';
import { runProgram } from '../command/run-program';

/** One line for each finding, warnings too; any finding is a failure. Needs no network. */
const program = createProgram('npm run lint:openapi --', {
  summary:
    'Writes the OpenAPI document to dist/openapi.json and checks it against the recommended rules ' +
    'of Redocly (redocly.yaml) and Spectral.',
  examples: ['npm run lint:openapi'],
}).action(lintDocument);

const documentPath = path.join(packageRoot, 'dist', 'openapi.json');

async function findByRedocly(): Promise<string[]> {
  const config = await loadConfig({ configPath: path.join(packageRoot, 'redocly.yaml') });
  const problems = await lint({ ref: documentPath, config });
  return problems
    .filter(({ ignored }) => !ignored)
    .map(
      ({ ruleId, message, location }) => `redocly ${ruleId}: ${message} (${location[0]?.pointer})`,
    );
}

async function findBySpectral(text: string): Promise<string[]> {
  const spectral = new Spectral();
  // Spectral's types do not allow a ruleset of rules alone, but Spectral does.
  spectral.setRuleset({ extends: [[oas as RulesetDefinition, 'recommended']] });
  const results = await spectral.run(text);
  return results.map(
    ({ code, message, path: at }) => `spectral ${code}: ${message} (${at.join('/')})`,
  );
}

async function lintDocument(): Promise<void> {
  const text = JSON.stringify(buildOpenApiDocument(), null, 2);
  writeFileSync(documentPath, text);
  const found = [...(await findByRedocly()), ...(await findBySpectral(text))];
  for (const line of found) process.stderr.write(`${line}\n`);
  if (found.length > 0) process.exitCode = 1;
  else
    process.stdout.write(
      `${path.relative(packageRoot, documentPath)}: Redocly and Spectral find nothing\n`,
    );
}

void runProgram(program);
