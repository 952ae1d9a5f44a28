/**
 * Decides what a language tag (BCP 47) is and how it is spelled, for the API, the imports and the
 * legacy contract. `pt-br`, `pt_BR` and `pt-BR` are the same tag, and so are `iw` and `he`, `zh-cmn`
 * and `zh`, `en-UK` and `en-GB`.
 */

/** RFC 5646, 4.4.1: enough for every tag that is not all private use. */
export const LANGUAGE_TAG_LENGTH_MAX = 35;

/**
 * Tags that were registered before the grammar (RFC 5646, 2.2.8), with their replacements. Intl
 * knows the other old tags.
 */
const IRREGULAR_TAGS: Readonly<Record<string, string>> = {
  'en-gb-oed': 'en-GB-oxendict',
  'i-ami': 'ami',
  'i-bnn': 'bnn',
  'i-default': 'und',
  'i-hak': 'hak',
  'i-klingon': 'tlh',
  'i-lux': 'lb',
  'i-navajo': 'nv',
  'i-pwn': 'pwn',
  'i-tao': 'tao',
  'i-tay': 'tay',
  'i-tsu': 'tsu',
  'no-bok': 'nb',
  'no-nyn': 'nn',
  'sgn-be-fr': 'sfb',
  'sgn-be-nl': 'vgt',
  'sgn-ch-de': 'sgg',
  'zh-min': 'nan',
  'zh-min-nan': 'nan',
};

/** The prefix of an extended language, as in `zh-yue-HK`; it is redundant (RFC 5646, 4.5). */
const EXTENDED_LANGUAGE = /^(?:ar|kok|lv|ms|sgn|sw|uz|zh)-(?=[a-z]{3}(?:-|$))/i;
/** The form of POSIX locales: `de_AT.UTF-8`, `de_AT@euro`. */
const POSIX_SUFFIX = /^([A-Za-z]{2,3}(?:_[A-Za-z]{2})?)(?:\.[A-Za-z0-9-]+)?(?:@[A-Za-z]+)?$/;

/**
 * @returns the canonical spelling, or undefined when the text is no language tag of at most 35
 *   characters
 */
export function canonicalLanguageTag(text: string): string | undefined {
  const given = text.trim().replace(POSIX_SUFFIX, '$1').replaceAll('_', '-');
  if (given.length > LANGUAGE_TAG_LENGTH_MAX) return undefined;
  try {
    const tag = IRREGULAR_TAGS[given.toLowerCase()] ?? given.replace(EXTENDED_LANGUAGE, '');
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined; // RangeError: not in the grammar
  }
}

/**
 * The language tag for a country when the language is not known, such as `und-DE`.
 *
 * @param country two letters of ISO 3166-1; former and reserved codes become current ones (`uk`
 *   gives `und-GB`)
 * @returns undefined when the text is not two letters
 */
export function countryLanguageTag(country: string): string | undefined {
  const code = country.trim();
  return /^[A-Za-z]{2}$/.test(code) ? canonicalLanguageTag(`und-${code}`) : undefined;
}
