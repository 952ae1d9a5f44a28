import { fill, type Messages, type PageMessages, type Plural } from './messages/messages';

/** Texts, numbers and dates in one reader's language. */
export interface Wording {
  /** A BCP 47 tag. */
  locale: string;
  direction: 'ltr' | 'rtl';
  messages: Messages;
  /** `{count}` in the plural form of the language. */
  plural(forms: Plural, count: number): string;
  number(value: number): string;
  /** With one decimal, as averages are shown. */
  average(value: number): string;
  /** A whole percentage. */
  share(part: number, whole: number): string;
  /** @param time ISO 8601; the day in UTC, so that the server and every browser show the same one */
  day(time: string): string;
  /** The name of a language tag, such as `German`; the tag itself where the engine knows no name. */
  languageName(tag: string): string;
}

/** With the texts that only the service renders. */
export interface PageWording extends Wording {
  pageMessages: PageMessages;
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)(-|$)/;

/** The formatters are made once: making one costs far more than using it. */
export function createWording(locale: string, messages: Messages): Wording {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const averages = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const shares = new Intl.NumberFormat(locale, { style: 'percent' });
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const languages = new Intl.DisplayNames(locale, { type: 'language' });
  return {
    locale,
    direction: RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr',
    messages,
    plural: (forms, count) =>
      fill(forms[rules.select(count)] ?? forms.other, { count: numbers.format(count) }),
    number: (value) => numbers.format(value),
    average: (value) => averages.format(value),
    share: (part, whole) => shares.format(whole === 0 ? 0 : part / whole),
    day: (time) => days.format(new Date(time)),
    languageName: (tag) => languages.of(tag) ?? tag,
  };
}
