import {
  json,
  keyWith,
  pathParameters,
  queryParameters,
  reference,
  requestBody,
} from '../platform/http/openapi-parts';
import {
  BODY_PROBLEMS,
  badParameter,
  invalidCursor,
  LOAD_PROBLEMS,
  needsScope,
  problems,
} from '../platform/http/openapi-problems';
import { BAD_REVIEW_ID, UNKNOWN_PARAMETER } from '../platform/http/openapi-values';
import {
  auditPathParameters,
  auditQuery,
  queueQuery,
  responsePathParameters,
} from './moderation-schema';

const byModerators = { tags: ['Moderation'], security: [keyWith('moderate')] };
const MODERATE = ['forbidden', needsScope('moderate')] as const;
const NOT_FOUND = ['not-found', { detail: 'Product 1 has no review 999.' }] as const;
const OTHER_CURSOR = [
  'invalid-cursor',
  invalidCursor('It continues another queue, or was not made by this service.'),
] as const;

/**
 * The moderators' routes in OpenAPI.
 *
 * @param review review 1 of product 1, as the reviews' examples have it
 */
export function moderationPaths<Review extends object>(review: Review) {
  return {
    '/v1/moderation/queue': {
      get: {
        ...byModerators,
        operationId: 'readModerationQueue',
        summary: 'Reviews that wait for a moderator, in the order of their ids',
        description: 'Each with what the checks found, and why readers reported it.',
        parameters: queryParameters(queueQuery),
        responses: {
          '200': { description: 'A page', content: json(reference('ModerationQueue'), QUEUE) },
          ...problems(
            MODERATE,
            ['invalid-request', badParameter('limit', 'must be a whole number from 1 to 100')],
            OTHER_CURSOR,
            ...LOAD_PROBLEMS,
          ),
        },
      },
    },
    '/v1/moderation/decisions': {
      post: {
        ...byModerators,
        operationId: 'decide',
        summary: 'Approve or reject up to 100 reviews',
        description: [
          'Each review is decided alone; all are stored together. The answer says what became of each. Approving a review',
          'settles the reports that it had: it takes new reporters to hide it again.',
        ].join(' '),
        requestBody: requestBody(reference('Decisions'), {
          decisions: [
            {
              product_id: '2',
              review_id: 3,
              decision: 'approve',
              reason: 'The link leads to the size chart.',
            },
            { product_id: '2', review_id: 999, decision: 'reject', reason: 'Advertising.' },
          ],
        }),
        responses: {
          '200': {
            description: 'What became of each',
            content: json(reference('DecisionOutcomes'), {
              decisions: [
                { product_id: '2', review_id: 3, outcome: 'applied', state: 'approved' },
                { product_id: '2', review_id: 999, outcome: 'not_found', state: null },
              ],
            }),
          },
          ...problems(
            MODERATE,
            UNKNOWN_PARAMETER,
            ['invalid-body', badParameter('decisions', 'must be a list')],
            ...BODY_PROBLEMS,
            ...LOAD_PROBLEMS,
          ),
        },
      },
    },
    '/v1/moderation/reviews/{review_id}/audit': {
      get: {
        ...byModerators,
        operationId: 'readModerationAudit',
        summary: 'Who did what with a review, when and why',
        description:
          'Oldest first. What moderators did is kept when the review is gone; a review without any has an empty list.',
        parameters: [...pathParameters(auditPathParameters), ...queryParameters(auditQuery)],
        responses: {
          '200': { description: 'A page', content: json(reference('ModerationAudit'), AUDIT) },
          ...problems(MODERATE, ['invalid-request', BAD_REVIEW_ID], OTHER_CURSOR, ...LOAD_PROBLEMS),
        },
      },
    },
    '/v1/products/{product_id}/reviews/{review_id}/response': {
      put: {
        ...byModerators,
        operationId: 'respond',
        summary: "Write the merchant's response to a review",
        description:
          'It is shown with the review. Another one replaces it; the same again changes nothing.',
        parameters: pathParameters(responsePathParameters),
        requestBody: requestBody(reference('ResponseDraft'), { body: 'Thank you for the photo!' }),
        responses: {
          '200': {
            description: 'The review',
            content: json(reference('Review'), {
              ...review,
              response: {
                body: 'Thank you for the photo!',
                created_at: '2026-03-16T08:00:00.000Z',
              },
            }),
          },
          ...problems(
            MODERATE,
            ['invalid-request', BAD_REVIEW_ID],
            NOT_FOUND,
            ['invalid-body', badParameter('body', 'is required')],
            ...BODY_PROBLEMS,
            ...LOAD_PROBLEMS,
          ),
        },
      },
      delete: {
        ...byModerators,
        operationId: 'withdrawResponse',
        summary: "Withdraw the merchant's response",
        description: 'Where there is none, it changes nothing.',
        parameters: pathParameters(responsePathParameters),
        responses: {
          '204': { description: 'The review has no response now' },
          ...problems(MODERATE, ['invalid-request', BAD_REVIEW_ID], NOT_FOUND, ...LOAD_PROBLEMS),
        },
      },
    },
  };
}

const QUEUE = {
  state: 'pending',
  reviews: [
    {
      review: {
        review_id: 3,
        product_id: '2',
        rating: 3,
        title: '',
        body: 'Look at https://shop.example.com/sizes before you order.',
        recommended: null,
        author: { name: 'Mary' },
        verified: false,
        locale: null,
        created_at: '2026-03-14T09:26:53.589Z',
        photos: [],
        characteristics: {},
        response: null,
        helpful_count: 0,
        not_helpful_count: 0,
      },
      verdict: {
        policy: 'auto',
        findings: [
          {
            rule: 'link',
            field: 'body',
            words: ['https://shop.example.com/sizes'],
            start: 8,
            end: 38,
            count: null,
            limit: null,
          },
        ],
      },
      reports: {},
      other_review_id: null,
    },
  ],
  next_cursor: null,
};

const AUDIT = {
  review_id: 1,
  actions: [
    {
      product_id: '1',
      action: 'reply',
      from: 'approved',
      to: 'approved',
      reason: null,
      client_id: 'back-office',
      acted_at: '2026-03-15T08:00:00.000Z',
    },
  ],
  next_cursor: null,
};
