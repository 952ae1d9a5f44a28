import tlds from 'tlds';
import { foldText } from '../folded-text';

/**
 * Which endings make a name with a dot in it an address, and which are more often the first word of
 * a sentence whose writer left the blank out ("It fits.so happy").
 */

/**
 * IANA's list, written as texts are folded (`рф` too); what RFC 2606 and 7686 reserve is an address
 * as well.
 */
const KNOWN = new Set([...tlds, 'example', 'onion'].map((domain) => foldText(domain).text));
/** Nauru's is left out: elsewhere it is the number (`Art.nr. 5`). */
KNOWN.delete('nr');

/** A top-level domain of another script, as name servers know it: `xn--p1ai` is `рф`. */
const PUNYCODE = /^xn--[a-z0-9-]{2,59}$/;

/** In none of the listed languages a word: also an address when it is written with a capital. */
const NO_WORDS: ReadonlySet<string> = new Set([
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

/** Top-level domains that begin sentences and clauses, by language. */
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
 * Words of any language: shops tag reviews with the locale of the page, whatever they are written
 * in.
 */
const WORDS_OF_ANY = new Set([...WORDS_OF.values()].flatMap((words) => [...words]));
/** Far more often an address than a word, but in their own languages. */
for (const address of ['com', 'net', 'de', 'eu', 'top']) WORDS_OF_ANY.delete(address);

/** Of the countries where a language is spoken, and no words of it: addresses of its shops. */
const HOME: Readonly<Record<string, readonly string[]>> = { de: ['at'], it: ['it'], nl: ['be'] };

/** What often ends a sentence: before such a word it is no address (`love it.it is warm`). */
const ENDS_OF_SENTENCES = new Set(
  `bad bem bene bien bom good great gut is it me no not now ok so that this to up us well you`.split(
    /\s+/,
  ),
);

export function isTopLevelDomain(label: string): boolean {
  return KNOWN.has(label) || PUNYCODE.test(label);
}

export function isNoWord(label: string): boolean {
  return NO_WORDS.has(label);
}

/**
 * Whether a name with a dot reads as the end of one sentence and the beginning of the next.
 *
 * @param isLast nothing stands behind it but what ends a sentence
 * @param language of BCP 47, or null
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
