import { parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';

/**
 * An HTML fragment as a browser parses it: one line per element, attribute and text, in order, with
 * its depth. Adjacent texts are one.
 */
export function outlineOf(html: string): string[] {
  const lines: string[] = [];
  const visit = (node: Tree.Node, depth: number): void => {
    const add = (line: string) => void lines.push(`${'  '.repeat(depth)}${line}`);
    if ('tagName' in node) {
      add(`<${node.tagName}>`);
      for (const { name, value } of node.attrs) add(`@${name}=${JSON.stringify(value)}`);
    } else if (node.nodeName === '#text') add(JSON.stringify((node as Tree.TextNode).value));
    else if (node.nodeName !== '#document-fragment') add(node.nodeName);
    if ('childNodes' in node) for (const child of node.childNodes) visit(child, depth + 1);
  };
  visit(parseFragment(html), 0);
  return lines;
}

/** What the parsed script element with JSON-LD says; undefined: the fragment has none. */
export function jsonLdOf(html: string): unknown {
  const scripts = parseFragment(html).childNodes.filter(({ nodeName }) => nodeName === 'script');
  if (scripts.length > 1) throw new Error(`${scripts.length} scripts`);
  const text = (scripts[0] as Tree.Element | undefined)?.childNodes[0] as Tree.TextNode | undefined;
  return text && JSON.parse(text.value);
}
