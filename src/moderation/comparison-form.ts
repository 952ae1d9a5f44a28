import { foldText } from './folded-text';

/**
 * Returns a form of the text that is equal for texts that look alike. Full-width, accented and
 * look-alike letters (Cyrillic `а`) become plain Latin ones in lower case, invisible characters go,
 * and any run of spaces or line breaks becomes one space. Use it to compare texts, never to show
 * them.
 */
export function comparisonForm(text: string): string {
  return foldText(text).text.replace(/\s+/g, ' ').trim();
}
