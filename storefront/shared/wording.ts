import { fill, type Messages, type PageMessages, type Plural } from './messages/messages';

/** Texts, numbers and dates in one reader's language. */
export interface Wording {
  /** A BCP 47 tag. */
  locale: string;
  direction: 'ltr' | 'rtl';
  messages: Messages;
  /** `{count}` in the plural form of the language. */
  plural(forms: Plural, count: number): string;
  /** With a decimal where there is one: `4`, `4.5`. */
  number(value: number): string;
  /** Always with one decimal, as averages are shown: `4.0`. */
  average(value: number): string;
  /** A whole percentage. */
  share(part: number, whole: number): string;
  /** @param time ISO 8601; the day in UTC, so that the server and every browser show the same one */
  day(time: string): string;
}

/** With the texts that only the service renders. */
export interface PageWording extends Wording {
  pageMessages: PageMessages;
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)(-|$)/;

/**
 * Each formatter is made once, at its first use: making one costs far more than using it, and the
 * element that enhances a fragment needs none.
 */
export function createWording(locale: string, messages: Messages): Wording {
  const rules = once(() => new Intl.PluralRules(locale));
  const numbers = once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
  const averages = once(() => new Intl.NumberFormat(locale, ONE_DECIMAL));
  const shares = once(() => new Intl.NumberFormat(locale, { style: 'percent' }));
  const days = once(
    () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }),
  );
  return {
    locale,
    direction: RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr',
    messages,
    plural: (forms, count) =>
      fill(forms[rules().select(count)] ?? forms.other, { count: numbers().format(count) }),
    number: (value) => numbers().format(value),
    average: (value) => averages().format(value),
    share: (part, whole) => shares().format(whole === 0 ? 0 : part / whole),
    day: (time) => days().format(new Date(time)),
  };
}

const ONE_DECIMAL = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

function once<Thing>(make: () => Thing): () => Thing {
  let made: Thing | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
