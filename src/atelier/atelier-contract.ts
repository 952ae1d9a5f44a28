import type { z } from 'zod';
import { SEND_JSON_OR_FORM } from '../platform/http/form-body';
import { IDEMPOTENCY_KEY, parametersOf, STARLING_ACTOR } from '../platform/http/openapi-parameters';
import { publicRead } from '../platform/http/openapi-parts';
import {
  badParameter,
  type DeclaredProblem,
  LOAD_PROBLEMS,
  READ_PROBLEMS,
} from '../platform/http/openapi-problems';
import type { Answer, Operation, Operations, Parameter } from '../platform/http/operation';
import {
  legacyDraft,
  legacyList,
  legacyList2020,
  legacyMeta,
  legacyMeta2020,
  legacyReviewPath,
  listQuery,
  productInBody,
} from './atelier-schema';

/**
 * The operations of the legacy contract. They declare no `params`, `query` and `body` for the route
 * to check: the handlers check them, because the contract has refusals of its own. Product 1 of the
 * examples is that of reviews/review-contract.ts.
 */

const TAG = 'Legacy contract';

/** The refusals of the old servers, word for word: front ends and their tests compare them. */
export const INVALID_PRODUCT = 'Error: invalid product_id provided';
export const INVALID_REVIEW = 'Error: Review body contains invalid entries';
export const INVALID_REVIEW_ID = 'Error: invalid review id provided';

function refusedInText(description: string, texts: string[]): Answer {
  return {
    description,
    content: { 'text/plain': { schema: { type: 'string', enum: texts }, example: texts[0] } },
  };
}
const invalidProduct = refusedInText('`product_id` is missing or not a whole number', [
  INVALID_PRODUCT,
]);
const invalidReview = refusedInText('The body or its `product_id` is not valid', [
  INVALID_REVIEW,
  INVALID_PRODUCT,
]);
const invalidReviewId = refusedInText('The id is not a review id', [INVALID_REVIEW_ID]);

const productQuery: Parameter = {
  name: 'product_id',
  in: 'query',
  required: true,
  description: 'The id of the product, a whole number',
  schema: { type: 'string', pattern: '^[0-9]{1,18}$' },
  example: '1',
};
const productInPath: Parameter = { ...productQuery, in: 'path' };
const listParameters = parametersOf(listQuery.omit({ product_id: true }), 'query');

/** Any other bad product gets the refusal of the old servers. */
const UNDECODABLE_PATH = [
  'invalid-request',
  { detail: 'The path holds a percent-encoding that does not decode.' },
] as const;
const BAD_ACTOR = [
  'invalid-request',
  badParameter('Starling-Actor', 'must have 1–128 characters'),
] as const;
const BAD_IDEMPOTENCY_KEY = [
  'invalid-request',
  badParameter('Idempotency-Key', 'must be 1–255 visible ASCII characters'),
] as const;

const LIST = {
  product: '1',
  page: 0,
  count: 5,
  results: [
    {
      review_id: 1,
      rating: 5,
      summary: 'Fits as described',
      recommend: true,
      response: 'We are glad that it fits.',
      body: 'I ordered my usual size, and it fits.',
      date: '2026-03-14T09:26:53.589Z',
      reviewer_name: 'Grace',
      helpfulness: 1,
      photos: [{ id: 1, url: 'https://cdn.example.com/photos/1.jpg' }],
    },
    {
      review_id: 2,
      rating: 4,
      summary: '',
      recommend: false,
      response: null,
      body: 'Warm, but darker than on the picture.',
      date: '2026-03-14T09:26:53.589Z',
      reviewer_name: 'Linus',
      helpfulness: 0,
      photos: [],
    },
  ],
};

/** The 2020 form has 1 or 0. */
const LIST_2020 = {
  ...LIST,
  results: LIST.results.map((review) => ({ ...review, recommend: review.recommend ? 1 : 0 })),
};

const META = {
  product_id: '1',
  ratings: { '4': '1', '5': '1' },
  recommended: { false: '0', true: '1' },
  characteristics: {
    Comfort: { id: 3, value: '4.0000000000000000' },
    Fit: { id: 6, value: '5.0000000000000000' },
  },
};

const META_2020 = {
  product_id: '1',
  ratings: { '1': 0, '2': 0, '3': 0, '4': 1, '5': 1 },
  recommended: { '0': 0, '1': 1 },
  characteristics: { Comfort: { id: 3, value: '4.0000' }, Fit: { id: 6, value: '5.0000' } },
};

const DRAFT = {
  rating: 4,
  summary: 'Warm and light',
  body: 'I wear it every day.',
  recommend: true,
  name: 'Barbara',
  email: 'barbara@example.com',
  photos: ['https://cdn.example.com/photos/3.jpg'],
  characteristics: { '6': 4 },
};
const VOTES = 'Each voter counts once per review.';
const REPORTS =
  'Each reporter counts once per review. Enough reporters hide it until a moderator decides.';

export const atelierOperations = {
  listLegacyReviews: legacyRead('/reviews', legacyList, LIST, {
    summary: 'A page of reviews',
    description:
      'Lists approved reviews only. `page` in the answer is the row offset: 0 for page 1.',
    otherParameters: [productQuery, ...listParameters],
  }),
  submitLegacyReview: legacyPost('/reviews', {
    summary: 'Write a review',
    description: '`product_id` is in the body. The service ignores other fields.',
    formOrJson: { schema: productInBody.and(legacyDraft), example: { product_id: 1, ...DRAFT } },
    badRequest: BAD_IDEMPOTENCY_KEY,
  }),
  readLegacyMeta: legacyRead('/reviews/meta', legacyMeta, META, {
    summary: "A product's ratings in numbers",
    description: 'Counts are strings. Ratings that no review has are missing.',
    otherParameters: [productQuery],
  }),
  listLegacyReviews2020: legacyRead('/reviews/{product_id}/list', legacyList2020, LIST_2020, {
    summary: 'A page of reviews, 2020 form',
    description:
      'Lists approved reviews only. `page` in the answer is the row offset: 0 for page 1.',
    otherParameters: [productInPath, ...listParameters],
  }),
  readLegacyMeta2020: legacyRead('/reviews/{product_id}/meta', legacyMeta2020, META_2020, {
    summary: "A product's ratings in numbers, 2020 form",
    description: 'Counts are numbers. All five ratings are present.',
    otherParameters: [productInPath],
  }),
  submitLegacyReview2020: legacyPost('/reviews/{product_id}', {
    summary: 'Write a review, 2020 form',
    description: 'The service ignores other fields.',
    otherParameters: [productInPath],
    formOrJson: {
      schema: legacyDraft,
      example: { ...DRAFT, name: 'Dorothy', email: 'dorothy@example.com' },
    },
    badRequest: UNDECODABLE_PATH,
  }),
  voteLegacy: legacyPut('/reviews/{review_id}/helpful', 'Say that a review helped', VOTES),
  voteLegacy2020: legacyPut(
    '/reviews/helpful/{review_id}',
    'Say that a review helped, 2020 form',
    VOTES,
  ),
  reportLegacy: legacyPut('/reviews/{review_id}/report', 'Report a review', REPORTS),
  reportLegacy2020: legacyPut('/reviews/report/{review_id}', 'Report a review, 2020 form', REPORTS),
} satisfies Operations;

function legacyRead(
  path: string,
  schema: z.ZodType,
  example: object,
  declared: Pick<Operation, 'summary' | 'description' | 'otherParameters'>,
) {
  return {
    ...declared,
    method: 'get',
    path,
    tag: TAG,
    responses: { ...publicRead(schema, example), 422: invalidProduct },
    problems: [...(path.includes('{') ? [UNDECODABLE_PATH] : []), ...READ_PROBLEMS],
  } as const;
}

interface LegacyPost
  extends Pick<Operation, 'summary' | 'description' | 'formOrJson' | 'otherParameters'> {
  badRequest: DeclaredProblem;
}

function legacyPost(path: string, { badRequest, ...declared }: LegacyPost) {
  return {
    ...declared,
    method: 'post',
    path,
    tag: TAG,
    description: `${declared.description} An author may write one review of a product, as in /v1.`,
    otherParameters: [...(declared.otherParameters ?? []), IDEMPOTENCY_KEY],
    responses: {
      201: {
        description: 'The review is stored',
        content: {
          'text/plain': { schema: { type: 'string', const: 'Created' }, example: 'Created' },
        },
      },
      422: invalidReview,
    },
    problems: [
      badRequest,
      ['already-reviewed', { detail: "The author's review of this product is 4." }],
      'key-reused',
      'malformed-body',
      'body-too-large',
      ['unsupported-media-type', { detail: SEND_JSON_OR_FORM }],
      ...LOAD_PROBLEMS,
    ],
  } as const;
}

function legacyPut(path: string, summary: string, description: string) {
  return {
    method: 'put',
    path,
    tag: TAG,
    summary,
    description: `${description} A review that does not exist gets the same answer.`,
    otherParameters: [...parametersOf(legacyReviewPath, 'path'), STARLING_ACTOR],
    responses: {
      204: { description: 'The vote or report counts, once per voter or reporter' },
      422: invalidReviewId,
    },
    problems: [BAD_ACTOR, ...LOAD_PROBLEMS],
  } as const;
}
