import { z } from 'zod';
import { hasVisibleText, unfitForLine, unfitForLines } from '../visible-text';

/** The fields of bodies that several features share. */

/**
 * Text as people write it, kept as it came. PostgreSQL cannot store NUL, and a lone surrogate is no
 * character. What else is refused: platform/visible-text.ts. Of a required text (`min` above 0)
 * something must be seen; an optional one of which nothing is seen counts as empty.
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
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must be valid Unicode without NUL')
    .refine((value) => min === 0 || hasVisibleText(value), 'must not be blank')
    .refine((value) => hasAtMost(max, value), `must have at most ${max} characters`)
    .refine((value) => unfit(value) === null, {
      error: ({ input }) => `must not contain the control character ${unfit(String(input))}`,
    })
    .meta({ minLength: min, maxLength: max })
    .transform((value) => (hasVisibleText(value) ? value : ''));
}

/**
 * Code points: an emoji is one or a few, never two halves. Counted only when the answer is not
 * obvious.
 */
function hasAtMost(max: number, value: string): boolean {
  return value.length <= max || (value.length <= 2 * max && [...value].length <= max);
}

/** Trimmed and in lower case: what authors are told apart by. */
export const email = z
  .string('is required')
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email('must be an e-mail address').max(254, 'must have at most 254 characters'));

const ADDRESS_LENGTH_MAX = 2048;

/**
 * A web address whose scheme fits, in the URL standard's own spelling: what comes may hold spaces,
 * line breaks or halves of characters, and would then be no address for whoever reads it.
 */
export function webAddress(scheme: RegExp, message: string) {
  const tooLong = `must have at most ${ADDRESS_LENGTH_MAX} characters`;
  return z
    .string(message)
    .max(ADDRESS_LENGTH_MAX, tooLong)
    .meta({ format: 'uri', examples: ['https://cdn.example.com/photo.jpg'] })
    .transform((given) => (URL.canParse(given) ? new URL(given).href : ''))
    .refine((address) => scheme.test(address), message)
    .refine((address) => address.length <= ADDRESS_LENGTH_MAX, tooLong);
}
