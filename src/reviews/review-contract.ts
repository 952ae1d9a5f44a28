import {
  IDEMPOTENCY_KEY,
  json,
  pathParameters,
  problems,
  publicRead,
  queryParameters,
  reference,
} from '../platform/http/openapi-parts';
import { oneReviewPathParameters, pageQuery, reviewPathParameters } from './review-schema';

/** The review routes in OpenAPI. */
export const reviewPaths = {
  '/v1/products/{product_id}/reviews': {
    get: {
      operationId: 'listReviews',
      tags: ['Reviews'],
      summary: "A page of a product's reviews",
      description: 'Only approved ones. A product that nobody has reviewed is an empty page.',
      parameters: [...pathParameters(reviewPathParameters), ...queryParameters(pageQuery)],
      responses: { ...publicRead('ReviewPage'), ...problems(400, 429, 503) },
    },
    post: {
      operationId: 'submitReview',
      tags: ['Reviews'],
      summary: 'Write a review',
      description:
        'Stored when this answers 201. One review an author (by e-mail) and product: with a key of the scope `write` a second one is 409; without, it is 201 and waits for a moderator.',
      security: [{}, { key: ['write'] }],
      parameters: [...pathParameters(reviewPathParameters), IDEMPOTENCY_KEY],
      requestBody: { required: true, content: json(reference('ReviewDraft')) },
      responses: {
        '201': {
          description: 'The review',
          headers: { Location: { description: 'Where the review is', schema: { type: 'string' } } },
          content: json(reference('Review')),
        },
        ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503),
      },
    },
  },
  '/v1/products/{product_id}/reviews/{review_id}': {
    get: {
      operationId: 'readReview',
      tags: ['Reviews'],
      summary: 'One review',
      parameters: pathParameters(oneReviewPathParameters),
      responses: { ...publicRead('Review'), ...problems(400, 404, 429, 503) },
    },
  },
};
