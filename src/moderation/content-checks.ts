import { findLinks } from './checks/link-check';
import { findProfanity, findProfanityInName, type Place } from './checks/profanity-check';
import { foldText } from './folded-text';

/** A link or a profane word that a moderator should see, with its place in UTF-16 code units. */
export interface ContentFinding extends Place {
  rule: 'link' | 'profanity';
}

/**
 * Finds links and profanity in a text and returns them from left to right. Pure; its time is linear
 * in the text's length. docs/moderation.md gives its cost and how much it finds.
 *
 * @param locale of the review, as a BCP 47 tag; null if unknown
 * @param isName whether the text is a person's name, which is checked against a smaller word list
 */
export function checkContent(
  text: string,
  locale: string | null,
  isName: boolean,
): ContentFinding[] {
  if (text === '') return [];
  const folded = foldText(text);
  const links = findLinks(text, folded, locale);
  const words = isName ? findProfanityInName(text, folded) : findProfanity(text, folded, locale);
  return [
    ...links.map((place) => ({ rule: 'link' as const, ...place })),
    ...words.map((place) => ({ rule: 'profanity' as const, ...place })),
  ].sort((a, b) => a.start - b.start);
}
