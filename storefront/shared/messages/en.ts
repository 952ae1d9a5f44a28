import type { Messages } from './messages';

export const en: Messages = {
  title: 'Customer reviews',
  outOfFive: '{average} out of 5 stars',
  reviewCount: { one: '{count} review', other: '{count} reviews' },
  starCount: { one: '{count} star', other: '{count} stars' },
  histogramRow: '{stars}: {share} of the reviews',
  recommended: '{share} of reviewers recommend this product',
  characteristicAverage: '{average} out of 5',
  noReviews: 'No reviews yet. Write the first one.',
  write: 'Write a review',

  sort: 'Sort by',
  sorts: {
    relevant: 'Most relevant',
    newest: 'Newest',
    oldest: 'Oldest',
    highest: 'Highest rating',
    lowest: 'Lowest rating',
    helpful: 'Most helpful',
  },
  withPhotos: 'With photos',
  verifiedOnly: 'Verified buyers',
  language: 'Language',
  allLanguages: 'All languages',
  clearFilters: 'Clear filters',
  shown: { one: '{count} review shown', other: '{count} reviews shown' },
  nothingFound: 'No review matches these filters.',
  more: 'Show more reviews',

  verified: 'Verified buyer',
  authorRecommends: 'Recommends this product',
  authorDoesNotRecommend: 'Does not recommend this product',
  readMore: 'Read more',
  photo: 'Photo {number} of {name}',
  responseOf: 'Response of the store',
  helpfulQuestion: 'Was this review helpful?',
  helpful: 'Helpful',
  notHelpful: 'Not helpful',
  report: 'Report',

  statementTitle: 'How we handle reviews',
  statement: {
    whoMayReview: 'Anyone may review a product, once per e-mail address.',
    verified:
      'We mark a review as verified when the store knows that its author bought the product.',
    checkedByRules:
      'Reviews appear at once, unless a check finds links, severe insults or copied texts. A moderator then decides.',
    checkedByModerators: 'A moderator reads every review before it appears.',
    nothingHiddenForRating:
      'We show positive and negative reviews alike. No review is hidden for its rating, and the average counts every review shown.',
  },
};
