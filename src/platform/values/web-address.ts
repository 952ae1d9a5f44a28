/** What a web address is and how it is spelled, for the API and the imports alike. */

/** Of the canonical spelling and of what is given. */
export const WEB_ADDRESS_LENGTH_MAX = 2048;

/**
 * The URL standard's own spelling: what comes may hold spaces, line breaks or halves of characters,
 * and would then be no address for a program that reads it.
 *
 * @returns of any scheme and length; undefined when the text is no absolute URL
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
