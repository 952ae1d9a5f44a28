import { z } from 'zod';
import { canonicalEmail, EMAIL_LENGTH_MAX, storedEmailSpellings } from '../values/email';
import { canonicalLanguageTag, LANGUAGE_TAG_LENGTH_MAX } from '../values/language-tag';
import { canonicalWebAddress, WEB_ADDRESS_LENGTH_MAX } from '../values/web-address';
import { hasVisibleText, unfitForLine, unfitForLines } from '../visible-text';

/** The fields of bodies that several features share. */

/**
 * Text as users write it, stored unchanged. It refuses NUL, which PostgreSQL cannot store, lone
 * surrogates, and what platform/visible-text.ts refuses. A required text (`min` above 0) must have a
 * visible character; an optional text without one becomes empty.
 */
export function text(min: number, max: number) {
  return textWithout(unfitForLines, min, max);
}

/** Text of one line, such as a name or a title: no line breaks or tabs. */
export function line(min: number, max: number) {
  return textWithout(unfitForLine, min, max);
}

function textWithout(unfit: (value: string) => string | null, min: number, max: number) {
  return z
    .string(min > 0 ? 'is required' : 'must be a text')
    .refine(
      (value) => value.isWellFormed() && !value.includes('\0'),
      'must be valid Unicode without NUL',
    )
    .refine((value) => min === 0 || hasVisibleText(value), 'must not be blank')
    .refine((value) => hasAtMost(max, value), `must have at most ${max} characters`)
    .refine((value) => unfit(value) === null, {
      error: ({ input }) => `must not contain the control character ${unfit(String(input))}`,
    })
    .meta({ minLength: min, maxLength: max })
    .transform((value) => (hasVisibleText(value) ? value : ''));
}

/** Counts code points, not UTF-16 units, and only when the length does not already decide it. */
function hasAtMost(max: number, value: string): boolean {
  return value.length <= max || (value.length <= 2 * max && [...value].length <= max);
}

/** An e-mail address, converted to the canonical spelling, which identifies an author. */
export const email = z
  .string('is required')
  .refine(
    (given) => canonicalEmail(given) !== undefined || isTooLongEmail(given),
    'must be an e-mail address',
  )
  .refine((given) => !isTooLongEmail(given), `must have at most ${EMAIL_LENGTH_MAX} characters`)
  .meta({ format: 'idn-email' })
  .transform((given) => canonicalEmail(given) ?? '');

/** An e-mail address, converted to all spellings under which it may be stored, for lookups. */
export const emailSpellings = z
  .string('is required')
  .refine((given) => storedEmailSpellings(given).length > 0, 'must be an e-mail address')
  .meta({ format: 'idn-email' })
  .transform(storedEmailSpellings);

function isTooLongEmail(given: string): boolean {
  return given.trim().length > EMAIL_LENGTH_MAX;
}

/** A web address, converted to the URL standard's spelling (values/web-address.ts). */
export function webAddress(scheme: RegExp, message: string) {
  const tooLong = `must have at most ${WEB_ADDRESS_LENGTH_MAX} characters`;
  return z
    .string(message)
    .max(WEB_ADDRESS_LENGTH_MAX, tooLong)
    .meta({ format: 'uri', examples: ['https://cdn.example.com/photo.jpg'] })
    .transform((given) => canonicalWebAddress(given) ?? '')
    .refine((address) => scheme.test(address), message)
    .refine((address) => address.length <= WEB_ADDRESS_LENGTH_MAX, tooLong);
}

const NO_LANGUAGE_TAG = 'must be a language tag like en or pt-BR';

/** A language tag, converted to its canonical spelling (values/language-tag.ts). */
export const locale = z
  .string(NO_LANGUAGE_TAG)
  .refine((given) => canonicalLanguageTag(given) !== undefined, NO_LANGUAGE_TAG)
  .meta({ maxLength: LANGUAGE_TAG_LENGTH_MAX })
  .transform((given) => canonicalLanguageTag(given) ?? '');
