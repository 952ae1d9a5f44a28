/**
 * What a language tag (BCP 47) is and how it is spelled, for the API, the imports and the legacy
 * contract alike: `pt-br`, `pt_BR` and `pt-BR` are one, and so are `iw` and `he`, `zh-cmn` and
 * `zh`, `en-UK` and `en-GB`.
 */

/** RFC 5646, 4.4.1: enough for every tag that is not all private use. */
export const LANGUAGE_TAG_LENGTH_MAX = 35;

/**
 * Registered before there was a grammar (RFC 5646, 2.2.8), and what replaced each. Intl knows the
 * other old tags.
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

/**
 * `zh-yue-HK`: an extended language stands for itself, its prefix says nothing more (RFC 5646,
 * 4.5).
 */
const EXTENDED_LANGUAGE = /^(?:ar|kok|lv|ms|sgn|sw|uz|zh)-(?=[a-z]{3}(?:-|$))/i;
/** How an operating system writes it: `de_AT.UTF-8`, `de_AT@euro`. */
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
 * A country whose language is not known, as a language tag: `und-DE`.
 *
 * @param country two letters (ISO 3166-1; former and reserved ones become today's: `uk` is
 *   `und-GB`)
 */
export function countryLanguageTag(country: string): string | undefined {
  const code = country.trim();
  return /^[A-Za-z]{2}$/.test(code) ? canonicalLanguageTag(`und-${code}`) : undefined;
}
