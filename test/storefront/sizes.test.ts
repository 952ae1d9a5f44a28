import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageRoot } from '../../src/platform/package-root';

const BYTES_MAX = 10_000;
const LANGUAGE_BYTES_MAX = 1_500;

const folder = path.join(packageRoot, 'storefront', 'dist');
const files = readdirSync(folder);
const sizes = files
  .filter((name) => /\.(js|css)$/.test(name))
  .map((name) => ({ name, bytes: gzipSync(readFileSync(path.join(folder, name))).length }));

/** `file` alone, or under a hash. */
function sizeOf(file: RegExp): number {
  const found = sizes.filter(({ name }) => file.test(name));
  if (found.length !== 1) throw new Error(`${found.length} files are ${file}: ${files.join(', ')}`);
  return found[0]!.bytes;
}

describe('the bundle of the widget', () => {
  it('is at most 10 kB of scripts and styles, compressed', () => {
    const loader = sizeOf(/^starling-reviews\.js$/);
    const script = sizeOf(/^widget-\w+\.js$/);
    const styles = sizeOf(/^starling-reviews\.css$/);
    const total = loader + script + styles;
    process.stderr.write(
      `storefront, gzip: loader ${loader} + script ${script} + styles ${styles} = ${total} bytes (at most ${BYTES_MAX})\n`,
    );
    expect(total).toBeLessThanOrEqual(BYTES_MAX);
  });

  it('has a chunk for each language but English, of at most 1.5 kB', () => {
    const languages = sizes.filter(({ name }) => /^[a-z]{2}-\w+\.js$/.test(name));
    const listed = languages.map(({ name, bytes }) => `${name.slice(0, 2)} ${bytes}`);
    process.stderr.write(`storefront, gzip, a page in another language: ${listed.join(', ')}\n`);
    expect(languages.map(({ name }) => name.slice(0, 2))).toEqual(['ar', 'de', 'es', 'fr']);
    for (const { bytes } of languages) expect(bytes).toBeLessThanOrEqual(LANGUAGE_BYTES_MAX);
  });

  it('has a source map beside each hashed file', () => {
    const hashed = files.filter((name) => /-[A-Z0-9]{8}\.(js|css)$/.test(name));
    expect(hashed).toHaveLength(6);
    for (const name of hashed) expect(files).toContain(`${name}.map`);
  });

  it('imports the hashed script from the file whose name stays', () => {
    const loader = readFileSync(path.join(folder, 'starling-reviews.js'), 'utf8');
    const imported = /^import"\.\/(widget-\w+\.js)";$/.exec(loader.trim())?.[1];
    expect(files).toContain(imported);
  });
});
