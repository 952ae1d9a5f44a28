/**
 * Writes schemas/aws.json and schemas/newrelic.json: the schemas of the resources and data sources
 * that terraform/ uses (names, types, required/optional/computed, nested blocks; no descriptions).
 * Run it by hand when a .tf file uses a new type, or for a newer provider (README.md):
 *
 *     node test/terraform/extract-schemas.mts
 *
 * It does not use the provider registry. The npm packages @cdktf/provider-… hold bindings that were
 * generated from the providers' schemas, and their source maps embed the TypeScript. These packages
 * are large (aws: 390 MB unpacked). So the script downloads them into a temporary folder, and they
 * are no dependency of Starling.
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Block, readBindings } from './cdktf-bindings.mts';

const HERE = import.meta.dirname;
const TERRAFORM = path.join(HERE, '../../terraform');
const PACKAGES = {
  aws: '@cdktf/provider-aws@21.22.1',
  newrelic: '@cdktf/provider-newrelic@13.12.2',
} as const;

type Provider = keyof typeof PACKAGES;

const sources = globSync(path.join(TERRAFORM, '**/*.{tf,hcl}')).map((file) =>
  readFileSync(file, 'utf8'),
);
const used = usedTypes();
for (const provider of Object.keys(PACKAGES) as Provider[]) {
  const folder = mkdtempSync(path.join(tmpdir(), `schemas-${provider}-`));
  try {
    extract(provider, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function extract(provider: Provider, folder: string): void {
  execFileSync('npm', [
    'pack',
    PACKAGES[provider],
    '--loglevel=error',
    '--pack-destination',
    folder,
  ]);
  const [archive] = globSync(path.join(folder, '*.tgz'));
  execFileSync('tar', ['xzf', archive!, '-C', folder]);

  const read = (binding: string): { version: string; block: Block } =>
    readBindings(embeddedSources(path.join(folder, 'package/lib', binding)));
  const kebab = (type: string) => type.replace(`${provider}_`, '').replaceAll('_', '-');
  const all = (types: string[], prefix: string) =>
    types
      .filter((type) => type.startsWith(`${provider}_`))
      .map((type) => [type, withoutUnused(read(prefix + kebab(type)).block)] as const);

  const { version, block } = read('provider');
  const lines = (entries: (readonly [string, Block])[]) =>
    entries
      .map(([type, schema]) => `    ${JSON.stringify(type)}: ${JSON.stringify(schema)}`)
      .join(',\n');
  const resources = all(used.resource, '');
  const data = all(used.data, `data-${provider}-`);
  writeFileSync(
    path.join(HERE, 'schemas', `${provider}.json`),
    `{\n  "version": "${version}",\n  "provider": ${JSON.stringify(withoutUnused(block))},\n` +
      `  "resources": {\n${lines(resources)}\n  },\n  "data": {\n${lines(data)}\n  }\n}\n`,
  );
  console.log(`${provider} ${version}: ${resources.length} resources, ${data.length} data sources`);
}

/**
 * Leaves out nested blocks that no file of terraform/ mentions: a dashboard has twenty kinds of
 * widget, a provider 300 endpoints.
 */
function withoutUnused({ attributes, blocks = {} }: Block): Block {
  const kept = Object.entries(blocks)
    .filter(([name]) => sources.some((source) => new RegExp(`\\b${name}\\b`).test(source)))
    .map(([name, nested]) => [name, { ...nested, block: withoutUnused(nested.block) }] as const);
  return kept.length > 0 ? { attributes, blocks: Object.fromEntries(kept) } : { attributes };
}

/** Every resource and data type in the .tf files. */
function usedTypes(): Record<'resource' | 'data', string[]> {
  const types = { resource: new Set<string>(), data: new Set<string>() };
  for (const source of sources) {
    for (const [, kind, type] of source.matchAll(/^(resource|data) "([a-z0-9_]+)"/gm)) {
      types[kind as 'resource' | 'data'].add(type!);
    }
  }
  return { resource: [...types.resource].sort(), data: [...types.data].sort() };
}

/**
 * The TypeScript in the inline source maps of a folder's files. A large binding consists of several
 * files.
 */
function embeddedSources(folder: string): string {
  const files = globSync(path.join(folder, '**/*.js'));
  return files.map((file) => embeddedSource(file)).join('\n');
}

function embeddedSource(file: string): string {
  const [, map] =
    /sourceMappingURL=data:application\/json;base64,([\w+/=]+)/.exec(readFileSync(file, 'utf8')) ??
    [];
  if (!map) throw new Error(`${file} has no inline source map`);
  const { sourcesContent } = JSON.parse(Buffer.from(map, 'base64').toString()) as {
    sourcesContent: string[];
  };
  return sourcesContent.join('\n');
}
