import { LRUCache } from 'lru-cache';
import { ar, arPage } from '../../storefront/shared/messages/ar';
import { de, dePage } from '../../storefront/shared/messages/de';
import { en, enPage } from '../../storefront/shared/messages/en';
import { es, esPage } from '../../storefront/shared/messages/es';
import { fr, frPage } from '../../storefront/shared/messages/fr';
import type { Messages, PageMessages } from '../../storefront/shared/messages/messages';
import { createPageWording, type PageWording } from '../../storefront/shared/page-wording';

const LANGUAGES: Readonly<Record<string, readonly [Messages, PageMessages]>> = {
  ar: [ar, arPage],
  de: [de, dePage],
  en: [en, enPage],
  es: [es, esPage],
  fr: [fr, frPage],
};

/**
 * A wording holds formatters of Intl. Clients choose the tags, so their number is
 * bounded; the least recently used one goes first.
 */
const WORDINGS_MAX = 32;
const wordings = new LRUCache<string, PageWording>({ max: WORDINGS_MAX });

/**
 * The texts for a language tag in its canonical spelling. `de-AT` has the texts of `de` with
 * Austrian dates and numbers. A language without texts gets English.
 *
 * The same tag gets the same object as long as it is in use.
 */
export function wordingFor(tag: string): PageWording {
  const known = wordings.get(tag);
  if (known) return known;
  const texts = LANGUAGES[tag.split('-')[0]!];
  const wording = texts ? createPageWording(tag, ...texts) : wordingFor('en');
  if (texts) wordings.set(tag, wording);
  return wording;
}
