/**
 * Many JSON texts as one parameter of a statement. As elements of an array each of their quotes would be escaped by us and looked for by
 * PostgreSQL, letter by letter: a tenth of a page or a review is quotes. What stands between them cannot be in JSON, which writes it as an escape.
 */
export function joinJson(texts: readonly string[]): string {
  return texts.join('\x1e');
}

/** The SQL that takes them apart again, as `text[]`; of no texts it makes NULL. @param parameter like `$3` */
export function splitJson(parameter: string): string {
  return `string_to_array(${parameter}, E'\\x1e')`;
}
