import type { Messages, PageMessages } from './messages/messages';
import { createWording, type Wording } from './wording';

/** With what only the service renders. */
export interface PageWording extends Wording {
  direction: 'ltr' | 'rtl';
  pageMessages: PageMessages;
  /** Always with one decimal, as averages are shown: `4.0`. */
  average(value: number): string;
  /** A whole percentage. */
  share(part: number, whole: number): string;
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)(-|$)/;

/** @throws RangeError: the locale is no language tag */
export function createPageWording(
  locale: string,
  messages: Messages,
  pageMessages: PageMessages,
): PageWording {
  const wording = createWording(locale, messages);
  const averages = new Intl.NumberFormat(wording.locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const shares = new Intl.NumberFormat(wording.locale, { style: 'percent' });
  return {
    ...wording,
    direction: RIGHT_TO_LEFT.test(wording.locale) ? 'rtl' : 'ltr',
    pageMessages,
    average: (value) => averages.format(value),
    share: (part, whole) => shares.format(whole === 0 ? 0 : part / whole),
  };
}
