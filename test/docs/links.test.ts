import { existsSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { markdownFiles } from './markdown-files';

const anchorsByPath = new Map(markdownFiles.map((file) => [file.path, file.anchors]));

/** Other sites are not asked: a test run needs no network. */
const OTHER_SITE = /^[a-z]+:/;

/** @returns why the link of `from` leads nowhere; null: it leads somewhere */
function whyBroken(from: string, link: string): string | null {
  const { target, anchor } = resolveLink(from, link);
  if (!existsSync(path.join(packageRoot, target))) return `${from}: ${link}: no such file`;
  if (anchor === '') return null;
  const anchors = anchorsByPath.get(target);
  if (!anchors) return `${from}: ${link}: only Markdown files have anchors`;
  return anchors.has(anchor) ? null : `${from}: ${link}: no such heading`;
}

function resolveLink(from: string, link: string): { target: string; anchor: string } {
  const [file = '', anchor = ''] = decodeURIComponent(link).split('#');
  return { target: file === '' ? from : path.join(path.dirname(from), file), anchor };
}

/** A link to a folder shows the list of its pages. */
function isShownAt(page: string, target: string): boolean {
  return page === target || path.relative(path.dirname(page), target) === '';
}

describe('the links of the Markdown files', () => {
  const links = markdownFiles.flatMap(({ path: from, links }) =>
    links.filter((link) => !OTHER_SITE.test(link)).map((link) => ({ from, link })),
  );

  it('lead to files and headings that exist', () => {
    expect(links.length).toBeGreaterThan(100);
    expect(links.flatMap(({ from, link }) => whyBroken(from, link) ?? [])).toEqual([]);
  });

  it('reach every page of docs/ from README.md', () => {
    const pages = [...anchorsByPath.keys()].filter((page) => page.startsWith('docs/'));
    const reached = new Set(['README.md']);
    for (const from of reached) {
      for (const each of links.filter((link) => link.from === from)) {
        const { target } = resolveLink(from, each.link);
        for (const page of pages) if (isShownAt(page, target)) reached.add(page);
      }
    }
    expect(pages.length).toBeGreaterThan(40);
    expect(pages.filter((page) => !reached.has(page))).toEqual([]);
  });
});
