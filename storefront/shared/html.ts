/**
 * HTML that cannot be forgotten to be escaped: a template escapes every value except what is
 * already `Html`. The service and the widget build all their markup with it, so shoppers' texts
 * have one way into a page.
 */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

export type HtmlValue = string | number | Html | null | undefined | false | readonly HtmlValue[];

/** `null`, `undefined` and `false` leave nothing; lists are joined. Values belong in quoted attributes or in text. */
export function html(literals: TemplateStringsArray, ...values: HtmlValue[]): Html {
  let text = literals[0]!;
  values.forEach((value, index) => {
    text += toHtml(value) + literals[index + 1];
  });
  return new Html(text);
}

function toHtml(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'object') return value.map(toHtml).join('');
  return escapeHtml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
