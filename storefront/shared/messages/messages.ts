/**
 * The widget's texts in one language. A new language is one file of this shape, listed in
 * `locales.ts`. `{name}` stands for a value. Plural forms are chosen by `Intl.PluralRules`; a
 * language gives the forms that it has, and always `other`.
 */
export interface Messages {
  title: string;
  /** For `role="img"` beside the drawn stars. */
  outOfFive: string;
  reviewCount: Plural;
  starCount: Plural;
  /** Of a row of the histogram, for screen readers. */
  histogramRow: string;
  recommended: string;
  characteristicAverage: string;
  noReviews: string;
  write: string;

  sort: string;
  sorts: Readonly<Record<Sort, string>>;
  withPhotos: string;
  verifiedOnly: string;
  language: string;
  allLanguages: string;
  clearFilters: string;
  shown: Plural;
  nothingFound: string;
  more: string;

  verified: string;
  authorRecommends: string;
  authorDoesNotRecommend: string;
  readMore: string;
  photo: string;
  responseOf: string;
  helpfulQuestion: string;
  helpful: string;
  notHelpful: string;
  report: string;

  statementTitle: string;
  statement: Statement;
}

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
