import { jsonAnswer } from '../platform/http/openapi-parts';
import {
  BODY_PROBLEMS,
  badParameter,
  invalidCursor,
  LOAD_PROBLEMS,
} from '../platform/http/openapi-problems';
import { UNKNOWN_PARAMETER } from '../platform/http/openapi-values';
import type { Operations } from '../platform/http/operation';
import { NO_QUERY } from '../platform/http/validation';
import { REVIEW_EXAMPLE } from '../reviews/review-contract';
import { authorExport, erasureBody, erasureReceipt, exportBody } from './privacy-schema';

/** The privacy operations. Their examples continue those of the reviews. */

const byAdministrators = { tag: 'Privacy', scope: 'admin' } as const;

export const privacyOperations = {
  exportAuthor: {
    ...byAdministrators,
    method: 'post',
    path: '/v1/privacy/export',
    summary: 'All data about an author, or a review',
    description:
      'Returns all reviews of an e-mail address, or one review by its id, in every state, with findings, reports and actions of moderators. Send the address in the body, because servers log URLs. No answer contains it.',
    query: NO_QUERY,
    body: { schema: exportBody, example: { email: 'grace@example.com' } },
    responses: {
      200: jsonAnswer('At most 500 reviews', authorExport, {
        reviews: [
          {
            review: REVIEW_EXAMPLE,
            state: 'approved',
            verdict: { policy: 'auto', findings: [] },
            reports: [],
            moderation: [
              { action: 'respond', reason: null, acted_at: '2026-03-15T08:00:00.000000+00:00' },
            ],
          },
        ],
        next_cursor: null,
      }),
    },
    problems: [
      ['invalid-cursor', invalidCursor('It was not made by this service.')],
      UNKNOWN_PARAMETER,
      ['invalid-body', badParameter('email', 'is required, or a review_id')],
      ...BODY_PROBLEMS,
      ...LOAD_PROBLEMS,
    ],
  },

  eraseAuthor: {
    ...byAdministrators,
    method: 'post',
    path: '/v1/privacy/erasure',
    summary: 'Erase an author, or the author of one review',
    description: [
      'When the service answers, the erasure is complete: reviews, summaries, stored pages, stored answers of Idempotency-Keys,',
      'and what readers and moderators wrote about these reviews. If the request fails, repeat it. A CDN may show the products',
      'in `products` for another minute: purge them by `Cache-Tag`.',
    ].join(' '),
    query: NO_QUERY,
    body: { schema: erasureBody, example: { email: 'grace@example.com', mode: 'anonymize' } },
    responses: {
      200: jsonAnswer('The erasure is done', erasureReceipt, {
        mode: 'anonymize',
        reviews: 1,
        products: ['1'],
      }),
    },
    problems: [
      UNKNOWN_PARAMETER,
      ['invalid-body', badParameter('mode', 'must be remove or anonymize')],
      ...BODY_PROBLEMS,
      ...LOAD_PROBLEMS,
    ],
  },
} satisfies Operations;
