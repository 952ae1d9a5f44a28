import { foldText } from './checks/folded-text';
import { findLinks } from './checks/link-check';
import { findProfanity, findProfanityInName, type Place } from './checks/profanity-check';

/** What of a text a moderator should see first. Pure; linear in the text's length. */
export interface ContentFindings {
  links: Place[];
  profanity: Place[];
}

/**
 * @param locale BCP 47, of the review
 * @param isName whether the text is a person's name
 */
export function checkContent(text: string, locale: string | null, isName: boolean): ContentFindings {
  const folded = foldText(text);
  return {
    links: findLinks(text, folded, locale),
    profanity: isName ? findProfanityInName(text, folded) : findProfanity(text, folded, locale),
  };
}
