import { globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { type MarkdownFile, markdownFiles } from './markdown-files';

const { scripts } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Records of a day: they name what there was then. */
const isRecord = ({ path: file }: MarkdownFile) =>
  file === 'CHANGELOG.md' || file.startsWith('docs/benchmarks/');

describe('what the Markdown files name', () => {
  it('includes only npm commands that package.json has', () => {
    const named = markdownFiles
      .filter((file) => !isRecord(file))
      .flatMap(({ path: from, codeSpans, codeLines }) =>
        [...codeSpans, ...codeLines]
          .flatMap((code) => npmScriptsIn(code))
          .map((script) => ({ from, script })),
      );
    expect(new Set(named.map(({ script }) => script)).size).toBeGreaterThan(10);
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
  });

  it('includes only files of this repository that exist', () => {
    const named = markdownFiles
      .filter((file) => !isRecord(file))
      .flatMap(({ path: from, codeSpans, codeLines }) =>
        [
          ...codeSpans.filter(looksLikeRepositoryFile),
          ...[...codeSpans, ...codeLines].flatMap(repositoryFilesIn),
        ].map((file) => ({ from, file })),
      );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ from, file }) => !existsInRepository(from, file))).toEqual([]);
  });
});

/** `npm run -s client -- list` names `client`; `npm start` and `npm test` name themselves. */
function npmScriptsIn(code: string): string[] {
  return [...code.matchAll(/\bnpm (?:run (?:-s )?([a-z][a-z0-9:-]*)|(start|test)\b)/g)].map(
    ([, script, itself]) => (script ?? itself)!,
  );
}

/** Not those that commands create: node_modules, dist, .starling, …. */
const folders = readdirSync(packageRoot, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$|coverage$)/.test(entry.name))
  .map(({ name }) => name);

/** These look the same, but a command or the reader creates them. */
const CREATED = ['postgres/starling.pgpass', 'nginx/conf/', 'k6/reports/', 'backend.tf'];

const PATH = /^[\w.-]+(\/[\w.*-]+)*\/?$/;
const SOURCE_FILE = /\w\.(ts|mts|mjs|cjs|sql|sh|tf)$/;

function looksLikeRepositoryFile(code: string): boolean {
  if (!PATH.test(code) || CREATED.includes(code)) return false;
  const [first] = code.split('/');
  return SOURCE_FILE.test(code) || (code.includes('/') && folders.includes(first!));
}

/** In commands only source files under a folder count: the other paths are the reader's own. */
function repositoryFilesIn(line: string): string[] {
  return line
    .split(/[\s"'`()]+/)
    .filter(
      (word) => SOURCE_FILE.test(word) && word.includes('/') && looksLikeRepositoryFile(word),
    );
}

/**
 * A page may name a file from the root, from its own folder, or by its last names alone
 * (`platform/db/batcher.ts`). `DATE` and `NAME` stand for any.
 */
function existsInRepository(from: string, file: string): boolean {
  const beside = path.join(path.dirname(from), file);
  const anywhere = `{${folders.join(',')}}/**/${file}`;
  const patterns = [file, beside, anywhere].map((each) => each.replace(/\b(DATE|NAME)\b/, '*'));
  return globSync(patterns, { cwd: packageRoot }).length > 0;
}
