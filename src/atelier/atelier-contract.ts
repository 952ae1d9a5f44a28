import {
  IDEMPOTENCY_KEY,
  inputSchema,
  pathParameters,
  publicRead,
  queryParameters,
  reference,
  requestBody,
  STARLING_ACTOR,
} from '../platform/http/openapi-parts';
import { badParameter, LOAD_PROBLEMS, problems } from '../platform/http/openapi-problems';
import { legacyReviewPath, listQuery, productInBody } from './atelier-schema';

/**
 * The legacy contract's routes in OpenAPI. Product 1 of the examples is the one of
 * reviews/review-contract.ts.
 */

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** A refusal in the words of the old servers. */
function refusedInText(description: string, texts: string[]) {
  return {
    description,
    content: { 'text/plain': { schema: { type: 'string', enum: texts }, example: texts[0] } },
  };
}
const INVALID_PRODUCT = 'Error: invalid product_id provided';
const invalidProduct = {
  '422': refusedInText('There is no `product_id`, or it is no whole number', [INVALID_PRODUCT]),
};
const invalidReview = refusedInText('The body, or its `product_id`, is not valid', [
  'Error: Review body contains invalid entries',
  INVALID_PRODUCT,
]);
const invalidReviewId = {
  '422': refusedInText('The id is no review id', ['Error: invalid review id provided']),
};
const productQuery = {
  name: 'product_id',
  in: 'query',
  required: true,
  description: 'The product, a whole number',
  schema: { type: 'string', pattern: '^[0-9]{1,18}$' },
  example: '1',
};
const productInPath = { ...productQuery, in: 'path' };
const listParameters = queryParameters(listQuery.omit({ product_id: true }));

/** Only a path can fail to decode; a bad product is refused in the words of the old servers. */
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

/** The form of 2020 says 1 or 0. */
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
const OLDER_DRAFT = reference('OlderReviewDraft');

const VOTES = 'A voter counts once for a review.';
const REPORTS =
  'A reporter counts once for a review; enough of them hide it until a moderator decides.';

export const atelierPaths = {
  '/reviews': {
    ...older('listOlderReviews', 'A page of reviews', {
      description: 'Only approved reviews. `page` in the answer is the row offset: 0 for page 1.',
      parameters: [productQuery, ...listParameters],
      ...{ schema: 'OlderReviewList', example: LIST },
    }),
    ...olderPost('submitOlderReview', 'Write a review', {
      description: '`product_id` stands in the body. Fields that are not described are ignored.',
      parameters: [],
      body: requestBody(
        { allOf: [inputSchema(productInBody), OLDER_DRAFT] },
        { product_id: 1, ...DRAFT },
      ),
      badRequest: BAD_IDEMPOTENCY_KEY,
    }),
  },
  '/reviews/meta': older('readOlderMeta', "A product's ratings in numbers", {
    description: 'Counts are texts, and only ratings that occur are present.',
    parameters: [productQuery],
    ...{ schema: 'OlderMeta', example: META },
  }),
  '/reviews/{product_id}/list': older('listOlderReviews2020', 'A page of reviews, 2020 form', {
    description: 'Only approved reviews. `page` in the answer is the row offset: 0 for page 1.',
    parameters: [productInPath, ...listParameters],
    ...{ schema: 'OlderReviewList2020', example: LIST_2020, badRequest: UNDECODABLE_PATH },
  }),
  '/reviews/{product_id}/meta': older(
    'readOlderMeta2020',
    "A product's ratings in numbers, 2020 form",
    {
      description: 'Counts are numbers, and every rating is present.',
      parameters: [productInPath],
      ...{ schema: 'OlderMeta2020', example: META_2020, badRequest: UNDECODABLE_PATH },
    },
  ),
  '/reviews/{product_id}': olderPost('submitOlderReview2020', 'Write a review, 2020 form', {
    description: 'Fields that are not described are ignored.',
    parameters: [productInPath],
    body: requestBody(OLDER_DRAFT, { ...DRAFT, name: 'Dorothy', email: 'dorothy@example.com' }),
    badRequest: UNDECODABLE_PATH,
  }),
  '/reviews/{review_id}/helpful': olderPut('voteOlder', 'Say that a review helped', VOTES),
  '/reviews/helpful/{review_id}': olderPut(
    'voteOlder2020',
    'Say that a review helped, 2020 form',
    VOTES,
  ),
  '/reviews/{review_id}/report': olderPut('reportOlder', 'Report a review', REPORTS),
  '/reviews/report/{review_id}': olderPut('reportOlder2020', 'Report a review, 2020 form', REPORTS),
};

interface OlderRead {
  description: string;
  parameters: object[];
  schema: string;
  example: object;
  badRequest?: typeof UNDECODABLE_PATH;
}

function older(
  operationId: string,
  summary: string,
  { description, parameters, schema, example, badRequest }: OlderRead,
) {
  return {
    get: {
      operationId,
      tags: ['Legacy contract'],
      summary,
      description,
      parameters,
      responses: {
        ...publicRead(schema, example),
        ...invalidProduct,
        ...problems(...(badRequest ? [badRequest] : []), ...LOAD_PROBLEMS),
      },
    },
  };
}

interface OlderPost {
  description: string;
  parameters: object[];
  body: ReturnType<typeof requestBody>;
  badRequest: typeof UNDECODABLE_PATH | typeof BAD_IDEMPOTENCY_KEY;
}

function olderPost(
  operationId: string,
  summary: string,
  { description, parameters, body, badRequest }: OlderPost,
) {
  const refusals = problems(
    badRequest,
    ['already-reviewed', { detail: "The author's review of this product is 4." }],
    'key-reused',
    'malformed-body',
    'body-too-large',
    ['unsupported-media-type', { detail: `Send a body as application/json or ${FORM_TYPE}.` }],
    ...LOAD_PROBLEMS,
  );
  const unprocessable = refusals['422']!;
  return {
    post: {
      operationId,
      tags: ['Legacy contract'],
      summary,
      description: `${description} One review an author and product, as in /v1.`,
      parameters: [...parameters, IDEMPOTENCY_KEY],
      requestBody: {
        ...body,
        content: { ...body.content, [FORM_TYPE]: body.content['application/json'] },
      },
      responses: {
        '201': {
          description: 'The review is stored',
          content: {
            'text/plain': { schema: { type: 'string', const: 'Created' }, example: 'Created' },
          },
        },
        ...refusals,
        '422': {
          ...unprocessable,
          description: `${unprocessable.description}. Or: ${invalidReview.description}`,
          content: { ...unprocessable.content, ...invalidReview.content },
        },
      },
    },
  };
}

function olderPut(operationId: string, summary: string, description: string) {
  return {
    put: {
      operationId,
      tags: ['Legacy contract'],
      summary,
      description: `${description} A review that does not exist is answered like one that does.`,
      parameters: [...pathParameters(legacyReviewPath), STARLING_ACTOR],
      responses: {
        '204': { description: 'Counted, once for each voter or reporter' },
        ...invalidReviewId,
        ...problems(BAD_ACTOR, ...LOAD_PROBLEMS),
      },
    },
  };
}
