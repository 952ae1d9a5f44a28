import { IDEMPOTENCY_KEY } from '../platform/http/openapi-parameters';
import { jsonAnswer, publicRead } from '../platform/http/openapi-parts';
import {
  BODY_PROBLEMS,
  badParameter,
  invalidCursor,
  LOAD_PROBLEMS,
  READ_PROBLEMS,
} from '../platform/http/openapi-problems';
import { BAD_PRODUCT_ID, BAD_REVIEW_ID } from '../platform/http/openapi-values';
import type { Operations } from '../platform/http/operation';
import {
  oneReviewPathParameters,
  pageQuery,
  review,
  reviewDraft,
  reviewPage,
  reviewPathParameters,
} from './review-schema';

/**
 * The operations on reviews. Their examples fit the store of test/contract/example-store.ts:
 * product 1 has reviews 1 and 2, review 3 of product 2 waits for a moderator, and the next review
 * that is posted gets the id 4.
 */

export const REVIEW_EXAMPLE = {
  review_id: 1,
  product_id: '1',
  rating: 5,
  title: 'Fits as described',
  body: 'I ordered my usual size, and it fits.',
  recommended: true,
  author: { name: 'Grace' },
  verified: true,
  locale: 'en',
  created_at: '2026-03-14T09:26:53.589Z',
  photos: [{ id: 1, url: 'https://cdn.example.com/photos/1.jpg' }],
  characteristics: { Fit: 5, Comfort: 4 },
  response: { body: 'We are glad that it fits.', created_at: '2026-03-15T08:00:00.000Z' },
  helpful_count: 1,
  not_helpful_count: 0,
};

const SECOND_REVIEW = {
  review_id: 2,
  product_id: '1',
  rating: 4,
  title: '',
  body: 'Warm, but darker than on the picture.',
  recommended: null,
  author: { name: 'Linus' },
  verified: false,
  locale: null,
  created_at: '2026-03-14T09:26:53.589Z',
  photos: [],
  characteristics: {},
  response: null,
  helpful_count: 0,
  not_helpful_count: 0,
};

const DRAFT = {
  rating: 4,
  title: 'Warm and light',
  body: 'I wear it every day.',
  recommended: true,
  author: { name: 'Ada', email: 'ada@example.com' },
  photos: ['https://cdn.example.com/photos/2.jpg'],
  characteristics: { Fit: 4 },
  locale: 'en',
};

const SUBMITTED = {
  ...DRAFT,
  review_id: 4,
  product_id: '1',
  author: { name: 'Ada' },
  verified: false,
  created_at: '2026-03-14T09:26:53.589Z',
  photos: [{ id: 1, url: 'https://cdn.example.com/photos/2.jpg' }],
  response: null,
  helpful_count: 0,
  not_helpful_count: 0,
};

export const reviewOperations = {
  listReviews: {
    method: 'get',
    path: '/v1/products/{product_id}/reviews',
    tag: 'Reviews',
    summary: "A page of a product's reviews",
    description: [
      'Lists approved reviews only. A product without reviews has an empty page. For the next page, send `next_cursor` as',
      '`cursor`, with the same sort and filters.',
    ].join(' '),
    params: reviewPathParameters,
    query: pageQuery,
    responses: publicRead(reviewPage, {
      product_id: '1',
      reviews: [REVIEW_EXAMPLE, SECOND_REVIEW],
      next_cursor: null,
    }),
    problems: [
      ['invalid-request', BAD_PRODUCT_ID],
      ['invalid-cursor', invalidCursor('It was not made by this service.')],
      ...READ_PROBLEMS,
    ],
  },

  submitReview: {
    method: 'post',
    path: '/v1/products/{product_id}/reviews',
    tag: 'Reviews',
    summary: 'Write a review',
    description: [
      'The review is stored when the service answers 201. The e-mail address identifies the author, who may write one review of',
      'a product. A second one gets 409 if you send a key with the scope `write`. Without a key it gets 201, and waits for a',
      'moderator. A check or the setting `MODERATION=manual` may hold a review back: then the answer has `"state": "pending"`,',
      'and shoppers see the review only after a moderator has approved it.',
    ].join(' '),
    scopeForSome: 'write',
    params: reviewPathParameters,
    otherParameters: [IDEMPOTENCY_KEY],
    body: { schema: reviewDraft, example: DRAFT },
    responses: {
      201: {
        ...jsonAnswer('The review is stored', review, SUBMITTED),
        headers: {
          Location: { description: 'The path of the review', schema: { type: 'string' } },
        },
      },
    },
    problems: [
      ['invalid-request', BAD_PRODUCT_ID],
      ['already-reviewed', { detail: "The author's review of this product is 4." }],
      ['invalid-body', badParameter('rating', 'must be a whole number from 1 to 5')],
      'key-reused',
      ...BODY_PROBLEMS,
      ...LOAD_PROBLEMS,
    ],
  },

  readReview: {
    method: 'get',
    path: '/v1/products/{product_id}/reviews/{review_id}',
    tag: 'Reviews',
    summary: 'One review',
    description:
      'A review that waits for a moderator, or that is hidden, gets 404, like one that does not exist.',
    params: oneReviewPathParameters,
    responses: publicRead(review, REVIEW_EXAMPLE),
    problems: [
      ['invalid-request', BAD_REVIEW_ID],
      ['not-found', { detail: 'Product 1 shows no review 999.' }],
      ...READ_PROBLEMS,
    ],
  },
} satisfies Operations;
