import { foldText } from './folded-text';

/**
 * What two texts have in common when they look the same: full-width, accented and look-alike
 * letters (Cyrillic `а`) as plain Latin ones, lower case, nothing invisible, and one blank for any
 * run of spaces or line breaks. Not for showing.
 */
export function comparisonForm(text: string): string {
  return foldText(text).text.replace(/\s+/g, ' ').trim();
}
