import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder of package.json: two levels deeper in `dist/` than in the sources, so it is looked
 * for.
 */
export const packageRoot = findUp(__dirname);

/** As package.json says it. */
export const packageVersion = readVersion();

function readVersion(): string {
  const manifest = readFileSync(path.join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function findUp(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`No package.json above ${__dirname}`);
  return findUp(parent);
}
