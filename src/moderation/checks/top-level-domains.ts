import tlds from 'tlds';
import { foldText } from '../folded-text';

/**
 * Decides whether the ending of a name with a dot makes it an address. Many top-level domains are
 * also words, and authors leave out the space after a full stop ("It fits.so happy").
 */

/**
 * IANA's list, folded like the texts (`рф` too), with the domains that RFC 2606 and RFC 7686
 * reserve.
 */
const KNOWN = new Set([...tlds, 'example', 'onion'].map((domain) => foldText(domain).text));
/** Nauru's domain is left out: in several languages `nr` abbreviates "number" (`Art.nr. 5`). */
KNOWN.delete('nr');

/** A top-level domain of another script in the form that the DNS uses: `xn--p1ai` is `рф`. */
const PUNYCODE = /^xn--[a-z0-9-]{2,59}$/;

/**
 * Domains that are not a word in any listed language. They also count as an address when written
 * with a capital.
 */
const NEVER_WORDS: ReadonlySet<string> = new Set([
  'com',
  'net',
  'org',
  'biz',
  'xyz',
  'ru',
  'cn',
  'uk',
  'nl',
  'eu',
  'io',
]);

/** Top-level domains that are words which begin sentences and clauses, by language. */
const WORDS: Readonly<Record<string, string>> = {
  en: `all am as at be best buy by call cheap cool do fast fit free fun help here hot how in is it like live look love
       me my new next no now one open pay play plus read safe save see select show so to today total us watch work
       works world wow you zero`,
  de: 'am an fast im in es jetzt man mit nur plus so super total top',
  fr: 'ai au ca ce ci de et il je la ma me moi ne ni no pas plus sa se si so su super total va',
  es: 'al de do es la me ni no se si so soy su total va vi',
  pt: 'ai ao as com de do em eu me na ni no nu se so total um va vi',
  it: 'ai al ci da de il in la ma me mi ne ni no se si so su va vi',
  nl: 'al at de er in is je me na ne net nu om so te top',
};
const WORDS_OF = new Map(
  Object.entries(WORDS).map(([language, words]) => [language, new Set(words.split(/\s+/))]),
);

/**
 * The words of all languages together. Shops tag a review with the locale of the page, whatever
 * language the author wrote in.
 */
const WORDS_OF_ANY = new Set([...WORDS_OF.values()].flatMap((words) => [...words]));
/** These are far more often an address than a word, except in the languages that list them. */
for (const address of ['com', 'net', 'de', 'eu', 'top']) WORDS_OF_ANY.delete(address);

/**
 * Domains of the countries where a language is spoken, which are not words of that language: shops
 * there use them in their addresses.
 */
const HOME: Readonly<Record<string, readonly string[]>> = { de: ['at'], it: ['it'], nl: ['be'] };

/**
 * Words that often end a sentence. A name that starts with one of them and ends with a word is not
 * an address (`love it.it is warm`).
 */
const ENDS_OF_SENTENCES = new Set(
  `bad bem bene bien bom good great gut is it me no not now ok so that this to up us well you`.split(
    /\s+/,
  ),
);

/** @param label the last label of a name, folded */
export function isTopLevelDomain(label: string): boolean {
  return KNOWN.has(label) || PUNYCODE.test(label);
}

/** Whether the domain is not a word in any listed language. @param label folded */
export function isNeverWord(label: string): boolean {
  return NEVER_WORDS.has(label);
}

/**
 * Whether a name with a dot reads as the end of one sentence and the beginning of the next.
 *
 * @param before the label before the last one, folded
 * @param label the last label, folded
 * @param isLast whether only the end of a sentence follows the name
 * @param language the language of a BCP 47 tag, or null
 */
export function readsAsSentences(
  before: string,
  label: string,
  isLast: boolean,
  language: string | null,
): boolean {
  const isWord = WORDS_OF_ANY.has(label);
  if (isWord && ENDS_OF_SENTENCES.has(before)) return true;
  if (isLast || HOME[language ?? '']?.includes(label)) return false;
  return isWord || (WORDS_OF.get(language ?? '')?.has(label) ?? false);
}
