/** Decides what a web address is and how it is spelled, for the API and the imports. */

/** In characters, of the given text and of the canonical spelling. */
export const WEB_ADDRESS_LENGTH_MAX = 2048;

/**
 * The spelling by the URL standard. The given text may hold spaces, line breaks or lone surrogates,
 * which other programs would not accept in an address.
 *
 * @returns a URL of any scheme and length; undefined when the text is no absolute URL
 */
export function canonicalWebAddress(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).href : undefined;
}

/**
 * The addresses of a list in one text, separated by white space, commas, semicolons or bars. An
 * address may hold those three itself (`…/w_400,h_400/x.jpg`): they separate only where white space
 * or the next scheme follows.
 */
export function splitWebAddresses(text: string): string[] {
  return text
    .split(/[,;|]*\s+[\s,;|]*|[,;|]+(?=[a-z][a-z0-9+.-]*:\/\/)/i)
    .map((part) => part.replace(/^[,;|]+|[,;|]+$/g, ''))
    .filter((part) => part !== '');
}
