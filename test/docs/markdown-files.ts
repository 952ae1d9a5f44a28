import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import GithubSlugger from 'github-slugger';
import MarkdownIt, { type Token } from 'markdown-it';
import { packageRoot } from '../../src/platform/package-root';

export interface MarkdownFile {
  /** From the repository's root: `docs/api.md`. */
  path: string;
  /** The anchors of its headings, as GitHub makes them. */
  anchors: ReadonlySet<string>;
  /** Targets of its links and images, as written. */
  links: readonly string[];
  /** The text of each code span in its sentences and tables. */
  codeSpans: readonly string[];
  /** The lines of its code blocks, fenced or indented. */
  codeLines: readonly string[];
}

const markdown = new MarkdownIt({ html: true });

/** Every Markdown file of the repository, without those of packages and of hidden folders. */
export const markdownFiles: readonly MarkdownFile[] = globSync('**/*.md', {
  cwd: packageRoot,
  exclude: (name) => name.startsWith('.') || name === 'node_modules' || name === 'dist',
})
  .sort()
  .map(readMarkdownFile);

function readMarkdownFile(file: string): MarkdownFile {
  const blocks = markdown.parse(readFileSync(path.join(packageRoot, file), 'utf8'), {});
  const inlines = blocks.flatMap(({ children }) => children ?? []);
  return {
    path: file,
    anchors: anchorsOf(blocks),
    links: inlines.flatMap((token) => {
      const target = token.attrGet('href') ?? token.attrGet('src');
      return target === null ? [] : [String(target)];
    }),
    codeSpans: inlines.filter(({ type }) => type === 'code_inline').map(({ content }) => content),
    codeLines: blocks
      .filter(({ type }) => type === 'fence' || type === 'code_block')
      .flatMap(({ content }) => content.split('\n')),
  };
}

/** GitHub numbers the anchors of equal headings: `start`, `start-1`. */
function anchorsOf(blocks: readonly Token[]): Set<string> {
  const slugger = new GithubSlugger();
  const headings = blocks.filter((_, at) => blocks[at - 1]?.type === 'heading_open');
  return new Set(headings.map(({ children }) => slugger.slug(textOf(children ?? []))));
}

function textOf(inlines: readonly Token[]): string {
  return inlines
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
}
