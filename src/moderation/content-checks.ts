import { findLinks } from './checks/link-check';
import { findProfanity, findProfanityInName, type Place } from './checks/profanity-check';
import { foldText } from './folded-text';

/** Something that a moderator should see first, and where it stands, in UTF-16 code units. */
export interface ContentFinding extends Place {
  rule: 'link' | 'profanity';
}

/**
 * Links and profanity in a text, from left to right. Pure; linear in the text's length.
 * docs/moderation.md says what it costs and how much it finds.
 *
 * @param locale BCP 47, of the review
 * @param isName whether the text is a person's name
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
