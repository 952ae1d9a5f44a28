import {
  IDEMPOTENCY_KEY,
  inputSchema,
  json,
  pathParameters,
  problems,
  publicRead,
  queryParameters,
  reference,
  STARLING_ACTOR,
} from '../platform/http/openapi-parts';
import { legacyReviewPath, listQuery, productInBody } from './atelier-schema';

/** The legacy contract's routes in OpenAPI. */
const FORM_TYPE = 'application/x-www-form-urlencoded';

function refusedInText(description: string, ...texts: string[]) {
  return { '422': { description, content: { 'text/plain': { schema: { enum: texts } } } } };
}
const INVALID_PRODUCT = 'Error: invalid product_id provided';
const invalidReview = refusedInText(
  'The body, or its `product_id`, is not valid',
  'Error: Review body contains invalid entries',
  INVALID_PRODUCT,
);
const invalidReviewId = refusedInText('The id is no review id', 'Error: invalid review id provided');
const invalidProduct = refusedInText('No integer product_id', INVALID_PRODUCT);
const productQuery = {
  name: 'product_id',
  in: 'query',
  required: true,
  schema: { type: 'string' },
  example: '2',
};
const productInPath = { ...productQuery, in: 'path' };
const listParameters = queryParameters(listQuery.omit({ product_id: true }));

const OLDER_DRAFT = reference('OlderReviewDraft');
const reviewInPath = pathParameters(legacyReviewPath);

export const atelierPaths = {
  '/reviews': {
    ...older('listOlderReviews', 'A page of reviews', [productQuery, ...listParameters], 'OlderReviewList'),
    ...olderPost('submitOlderReview', 'Write a review; `product_id` stands in the body', [], {
      allOf: [inputSchema(productInBody), OLDER_DRAFT],
    }),
  },
  '/reviews/meta': older('readOlderMeta', "A product's ratings in numbers", [productQuery], 'OlderMeta'),
  '/reviews/{product_id}/list': older(
    'listOlderReviews2020',
    'A page of reviews, 2020 form',
    [productInPath, ...listParameters],
    'OlderReviewList2020',
  ),
  '/reviews/{product_id}/meta': older(
    'readOlderMeta2020',
    "A product's ratings in numbers, 2020 form",
    [productInPath],
    'OlderMeta2020',
  ),
  '/reviews/{product_id}': olderPost(
    'submitOlderReview2020',
    'Write a review, 2020 form',
    [productInPath],
    OLDER_DRAFT,
  ),
  '/reviews/{review_id}/helpful': olderPut('voteOlder', 'A helpful vote'),
  '/reviews/helpful/{review_id}': olderPut('voteOlder2020', 'A helpful vote, 2020 form'),
  '/reviews/{review_id}/report': olderPut('reportOlder', 'A report'),
  '/reviews/report/{review_id}': olderPut('reportOlder2020', 'A report, 2020 form'),
};

function olderPost(operationId: string, summary: string, parameters: object[], body: object) {
  const refused = problems(422)['422']!;
  const either = { ...refused, content: { ...refused.content, ...invalidReview['422'].content } };
  return {
    post: {
      operationId,
      tags: ['Legacy contract'],
      summary,
      parameters: [...parameters, IDEMPOTENCY_KEY],
      requestBody: { required: true, content: { ...json(body), [FORM_TYPE]: { schema: body } } },
      responses: {
        '201': { description: 'Stored', content: { 'text/plain': { schema: { const: 'Created' } } } },
        ...problems(400, 409, 413, 415, 429, 503),
        '422': either,
      },
    },
  };
}

function olderPut(operationId: string, summary: string) {
  return {
    put: {
      operationId,
      tags: ['Legacy contract'],
      summary,
      parameters: [...reviewInPath, STARLING_ACTOR],
      responses: {
        '204': { description: 'Counted, once an actor' },
        ...invalidReviewId,
        ...problems(400, 429, 503),
      },
    },
  };
}

function older(operationId: string, summary: string, parameters: object[], schema: string) {
  return {
    get: {
      operationId,
      tags: ['Legacy contract'],
      summary,
      parameters,
      responses: { ...publicRead(schema), ...invalidProduct, ...problems(429, 503) },
    },
  };
}
