/**
 * The widget's texts in one language: a language is one file with both objects, listed in
 * `locales.ts`. `{name}` stands for a value. `Intl.PluralRules` chooses plural forms; a language
 * gives the forms that it has, and always `other`.
 */

/** What the element in the browser needs too: it renders further reviews, the form and its states. */
export interface Messages {
  /** For `role="img"` beside the drawn stars. */
  outOfFive: string;
  reviewCount: Plural;
  verified: string;
  authorRecommends: string;
  authorDoesNotRecommend: string;
  readMore: string;
  readLess: string;
  photo: string;
  responseOf: string;
  helpfulQuestion: string;
  helpful: string;
  notHelpful: string;
  report: string;
  pending: string;

  shown: Plural;
  nothingFound: string;
  loading: string;
  unavailable: string;
  retry: string;
  close: string;
  cancel: string;
  send: string;

  write: string;
  rating: string;
  starCount: Plural;
  reviewTitle: string;
  reviewBody: string;
  charactersLeft: Plural;
  recommend: string;
  yes: string;
  no: string;
  photoUrls: string;
  authorName: string;
  email: string;
  emailHint: string;
  thanks: string;
  thanksPending: string;
  correctFields: Plural;

  reportTitle: string;
  reportReasons: Readonly<Record<ReportReason, string>>;
  reportDetail: string;
  reported: string;
}

/** What only the service renders, once per page. */
export interface PageMessages {
  title: string;
  recommended: string;
  characteristicAverage: string;
  noReviews: string;
  sort: string;
  sorts: Readonly<Record<Sort, string>>;
  withPhotos: string;
  verifiedOnly: string;
  /** Reviews in the language of this file: `In English`. */
  thisLanguageOnly: string;
  clearFilters: string;
  more: string;
  statementTitle: string;
  statement: Statement;
}

export type ReportReason = 'spam' | 'offensive' | 'off_topic' | 'fake' | 'privacy' | 'other';

export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { other: string };

export type Sort = 'relevant' | 'newest' | 'oldest' | 'highest' | 'lowest' | 'helpful';

/** What a shopper is told about how the store handles reviews, by what the service is set to. */
export interface Statement {
  whoMayReview: string;
  verified: string;
  checkedByRules: string;
  checkedByModerators: string;
  nothingHiddenForRating: string;
}

/** @returns the text with each `{name}` replaced; a name without a value stays as it is */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
