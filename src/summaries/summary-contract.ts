import { publicRead } from '../platform/http/openapi-parts';
import { badParameter, READ_PROBLEMS } from '../platform/http/openapi-problems';
import { BAD_PRODUCT_ID } from '../platform/http/openapi-values';
import type { Operations } from '../platform/http/operation';
import { summaries, summariesQuery, summary, summaryPathParameters } from './summary-schema';

/** The operations on summaries. */

const SUMMARY = {
  product_id: '1',
  count: 2,
  average: 4.5,
  histogram: { '1': 0, '2': 0, '3': 0, '4': 1, '5': 1 },
  recommended: { yes: 1, no: 0 },
  characteristics: { Comfort: { average: 4, count: 1 }, Fit: { average: 5, count: 1 } },
  verified_count: 1,
  photo_count: 1,
};

const NEVER_REVIEWED = {
  count: 0,
  average: null,
  histogram: { '1': 0, '2': 0, '3': 0, '4': 0, '5': 0 },
  recommended: { yes: 0, no: 0 },
  characteristics: {},
  verified_count: 0,
  photo_count: 0,
};

export const summaryOperations = {
  readSummary: {
    method: 'get',
    path: '/v1/products/{product_id}/summary',
    tag: 'Summaries',
    summary: "A product's ratings in numbers",
    description:
      'Counts approved reviews only. For a product without reviews, all counts are 0 and the average is null.',
    params: summaryPathParameters,
    responses: publicRead(summary, SUMMARY),
    problems: [['invalid-request', BAD_PRODUCT_ID], ...READ_PROBLEMS],
  },

  readSummaries: {
    method: 'get',
    path: '/v1/summaries',
    tag: 'Summaries',
    summary: 'The summaries of up to 100 products, for a listing page',
    description:
      'One request instead of one per product. With the default quotas, 100 products cost as much as 11 reads.',
    query: summariesQuery,
    responses: publicRead(summaries, {
      summaries: [
        SUMMARY,
        { product_id: '2', ...NEVER_REVIEWED },
        { product_id: '3', ...NEVER_REVIEWED },
      ],
    }),
    problems: [
      ['invalid-request', badParameter('product_ids.0', 'must be 1–64 of A-Z a-z 0-9 . _ : -')],
      ...READ_PROBLEMS,
    ],
  },
} satisfies Operations;
