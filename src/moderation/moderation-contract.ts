import { jsonAnswer } from '../platform/http/openapi-parts';
import {
  BODY_PROBLEMS,
  badParameter,
  invalidCursor,
  LOAD_PROBLEMS,
} from '../platform/http/openapi-problems';
import { BAD_REVIEW_ID, UNKNOWN_PARAMETER } from '../platform/http/openapi-values';
import type { Operations } from '../platform/http/operation';
import { NO_QUERY } from '../platform/http/validation';
import { REVIEW_EXAMPLE } from '../reviews/review-contract';
import { review } from '../reviews/review-schema';
import {
  auditPathParameters,
  auditQuery,
  decisionOutcomes,
  decisionsBody,
  merchantResponseDraft,
  moderationAudit,
  moderationQueue,
  queueQuery,
  responsePathParameters,
} from './moderation-schema';

/** The operations of moderators. Their examples continue those of the reviews. */

const byModerators = { tag: 'Moderation', scope: 'moderate' } as const;
const NOT_FOUND = ['not-found', { detail: 'Product 1 has no review 999.' }] as const;
const OTHER_CURSOR = [
  'invalid-cursor',
  invalidCursor('The cursor belongs to another list, or this service did not create it.'),
] as const;

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
      action: 'respond',
      from: 'approved',
      to: 'approved',
      reason: null,
      client_id: 'back-office',
      acted_at: '2026-03-15T08:00:00.000Z',
    },
  ],
  next_cursor: null,
};

export const moderationOperations = {
  readModerationQueue: {
    ...byModerators,
    method: 'get',
    path: '/v1/moderation/queue',
    summary: 'Reviews that wait for a moderator, in the order of their ids',
    description: 'Each review has the findings of the checks and the reasons of its reports.',
    query: queueQuery,
    responses: { 200: jsonAnswer('A page', moderationQueue, QUEUE) },
    problems: [
      ['invalid-request', badParameter('limit', 'must be a whole number from 1 to 100')],
      OTHER_CURSOR,
      ...LOAD_PROBLEMS,
    ],
  },

  decide: {
    ...byModerators,
    method: 'post',
    path: '/v1/moderation/decisions',
    summary: 'Approve or reject up to 100 reviews',
    description: [
      'The service decides each review by itself and stores all decisions together. The answer has the outcome of each.',
      'Approving a review settles its reports: only new reporters can hide it again.',
    ].join(' '),
    query: NO_QUERY,
    body: {
      schema: decisionsBody,
      example: {
        decisions: [
          {
            product_id: '2',
            review_id: 3,
            decision: 'approve',
            reason: 'The link leads to the size chart.',
          },
          { product_id: '2', review_id: 999, decision: 'reject', reason: 'Advertising.' },
        ],
      },
    },
    responses: {
      200: jsonAnswer('The outcome of each decision', decisionOutcomes, {
        decisions: [
          { product_id: '2', review_id: 3, outcome: 'applied', state: 'approved' },
          { product_id: '2', review_id: 999, outcome: 'not_found', state: null },
        ],
      }),
    },
    problems: [
      UNKNOWN_PARAMETER,
      ['invalid-body', badParameter('decisions', 'must be a list')],
      ...BODY_PROBLEMS,
      ...LOAD_PROBLEMS,
    ],
  },

  readModerationAudit: {
    ...byModerators,
    method: 'get',
    path: '/v1/moderation/reviews/{review_id}/audit',
    summary: 'What moderators did with a review, when and why',
    description:
      'Oldest first. The service keeps the actions after the review is erased. A review without actions has an empty list.',
    params: auditPathParameters,
    query: auditQuery,
    responses: { 200: jsonAnswer('A page', moderationAudit, AUDIT) },
    problems: [['invalid-request', BAD_REVIEW_ID], OTHER_CURSOR, ...LOAD_PROBLEMS],
  },

  writeMerchantResponse: {
    ...byModerators,
    method: 'put',
    path: '/v1/products/{product_id}/reviews/{review_id}/response',
    summary: 'Write the merchant response to a review',
    description:
      'Shoppers see it with the review. A new merchant response replaces the old one; the same text again changes nothing.',
    params: responsePathParameters,
    query: NO_QUERY,
    body: { schema: merchantResponseDraft, example: { body: 'Thank you for the photo!' } },
    responses: {
      200: jsonAnswer('The review', review, {
        ...REVIEW_EXAMPLE,
        response: { body: 'Thank you for the photo!', created_at: '2026-03-16T08:00:00.000Z' },
      }),
    },
    problems: [
      ['invalid-request', BAD_REVIEW_ID],
      NOT_FOUND,
      ['invalid-body', badParameter('body', 'is required')],
      ...BODY_PROBLEMS,
      ...LOAD_PROBLEMS,
    ],
  },

  withdrawMerchantResponse: {
    ...byModerators,
    method: 'delete',
    path: '/v1/products/{product_id}/reviews/{review_id}/response',
    summary: 'Withdraw the merchant response',
    description: 'Without a merchant response, this changes nothing.',
    params: responsePathParameters,
    query: NO_QUERY,
    responses: { 204: { description: 'The review has no merchant response now' } },
    problems: [['invalid-request', BAD_REVIEW_ID], NOT_FOUND, ...LOAD_PROBLEMS],
  },
} satisfies Operations;
