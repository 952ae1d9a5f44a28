import { fill, type Messages, type Plural } from './messages/messages';

/** Texts, numbers and dates in one reader's language. */
export interface Wording {
  /** A BCP 47 tag. */
  locale: string;
  messages: Messages;
  /** `{count}` in the plural form of the language. */
  plural(forms: Plural, count: number): string;
  /** With a decimal where there is one: `4`, `4.5`. */
  number(value: number): string;
  /** @param time ISO 8601; the day in UTC, so that the server and every browser show the same one */
  day(time: string): string;
}

/**
 * Each formatter is made once, at its first use: making one costs far more than using it, and the
 * element that enhances a fragment needs none.
 *
 * @throws RangeError: the locale is no language tag
 */
export function createWording(locale: string, messages: Messages): Wording {
  const [tag] = Intl.getCanonicalLocales(locale) as [string];
  const rules = once(() => new Intl.PluralRules(tag));
  const numbers = once(() => new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }));
  const days = once(() => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' }));
  return {
    locale: tag,
    messages,
    plural: (forms, count) =>
      fill(forms[rules().select(count)] ?? forms.other, { count: numbers().format(count) }),
    number: (value) => numbers().format(value),
    day: (time) => days().format(new Date(time)),
  };
}

function once<Thing>(make: () => Thing): () => Thing {
  let made: Thing | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
