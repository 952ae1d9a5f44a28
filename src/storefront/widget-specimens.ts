import type { Review, ReviewPage, Summary } from '../../client/contract-types';
import type { WidgetQuery } from './widget-schema';

/**
 * Pages that use every part of the templates, for the fingerprint (widget-rendering.ts). A test
 * compares their class names with those in the templates.
 */

export const SPECIMEN_PRODUCT = 'specimen';

export const SPECIMEN_QUERY: WidgetQuery = {
  locale: 'en',
  limit: 10,
  product_name: 'Specimen',
  jsonld: 'on',
  jsonld_id: '#specimen',
};

const DAY = '2026-03-14T09:26:53.589Z';

const FULL: Review = {
  review_id: 1,
  product_id: SPECIMEN_PRODUCT,
  rating: 4,
  title: 'Title',
  body: 'A text that is folded. '.repeat(50),
  recommended: true,
  author: { name: 'Grace' },
  verified: true,
  locale: 'en',
  created_at: DAY,
  photos: [{ id: 1, url: 'https://cdn.example.com/1.jpg' }],
  characteristics: { Fit: 5 },
  response: { body: 'Response', created_at: DAY },
  helpful_count: 12_345,
  not_helpful_count: 1,
};

const BARE: Review = {
  ...FULL,
  review_id: 2,
  title: '',
  body: 'Short',
  recommended: false,
  verified: false,
  locale: null,
  photos: [],
  characteristics: {},
  response: null,
};

const REVIEWED: Summary = {
  product_id: SPECIMEN_PRODUCT,
  count: 12_345,
  average: 4.25,
  histogram: { '1': 1_000, '2': 345, '3': 2_000, '4': 4_000, '5': 5_000 },
  recommended: { yes: 3, no: 1 },
  characteristics: { Fit: { average: 4.5, count: 2 } },
  verified_count: 1,
  photo_count: 1,
};

const EMPTY: Summary = {
  product_id: SPECIMEN_PRODUCT,
  count: 0,
  average: null,
  histogram: { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 },
  recommended: { yes: 0, no: 0 },
  characteristics: {},
  verified_count: 0,
  photo_count: 0,
};

export const SPECIMENS: readonly { page: ReviewPage; summary: Summary }[] = [
  { page: pageOf([FULL, BARE], 'cursor'), summary: REVIEWED },
  { page: pageOf([], null), summary: EMPTY },
];

function pageOf(reviews: Review[], next_cursor: string | null): ReviewPage {
  return { product_id: SPECIMEN_PRODUCT, reviews, next_cursor };
}
