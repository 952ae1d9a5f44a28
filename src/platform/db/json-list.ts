/**
 * Many JSON texts as one parameter of a statement. In an array parameter each quote would be
 * escaped here and unescaped by PostgreSQL, letter by letter, and a tenth of a page or a review is
 * quotes. The separator cannot occur in JSON, which writes it as an escape.
 */
export function joinJson(texts: readonly string[]): string {
  return texts.join('\x1e');
}

/** The SQL that splits them again, as `text[]`; NULL for no texts. @param parameter like `$3` */
export function splitJson(parameter: string): string {
  return `string_to_array(${parameter}, E'\\x1e')`;
}
