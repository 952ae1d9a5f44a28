import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder of package.json. It is searched upwards from this file, because the compiled file in
 * `dist/` is deeper than the source.
 */
export const packageRoot = findUp(__dirname);

/** The version in package.json. */
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
