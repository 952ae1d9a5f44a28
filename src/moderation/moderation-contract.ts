import { json, pathParameters, problems, queryParameters, reference } from '../platform/http/openapi-parts';
import { auditPathParameters, auditQuery, queueQuery, responsePathParameters } from './moderation-schema';

/** The moderators' routes in OpenAPI. */
const byModerators = { tags: ['Moderation'], security: [{ key: ['moderate'] }] };

export const moderationPaths = {
  '/v1/moderation/queue': {
    get: {
      ...byModerators,
      operationId: 'readModerationQueue',
      summary: 'Reviews that wait, oldest first',
      parameters: queryParameters(queueQuery),
      responses: {
        '200': { description: 'A page', content: json(reference('ModerationQueue')) },
        ...problems(400, 403, 429, 503),
      },
    },
  },
  '/v1/moderation/decisions': {
    post: {
      ...byModerators,
      operationId: 'decide',
      summary: 'Approve or reject up to 100 reviews, each alone',
      requestBody: { required: true, content: json(reference('Decisions')) },
      responses: {
        '200': { description: 'What became of each', content: json(reference('DecisionOutcomes')) },
        ...problems(400, 403, 413, 415, 422, 429, 503),
      },
    },
  },
  '/v1/moderation/reviews/{review_id}/audit': {
    get: {
      ...byModerators,
      operationId: 'readModerationAudit',
      summary: 'Who decided what about a review, when and why',
      parameters: [...pathParameters(auditPathParameters), ...queryParameters(auditQuery)],
      responses: {
        '200': { description: 'A page', content: json(reference('ModerationAudit')) },
        ...problems(400, 403, 429, 503),
      },
    },
  },
  '/v1/products/{product_id}/reviews/{review_id}/response': {
    put: {
      ...byModerators,
      operationId: 'respond',
      summary: "The merchant's reply; another one takes its place",
      parameters: pathParameters(responsePathParameters),
      requestBody: { required: true, content: json(reference('ResponseDraft')) },
      responses: {
        '200': { description: 'The review', content: json(reference('Review')) },
        ...problems(400, 403, 404, 413, 415, 422, 429, 503),
      },
    },
    delete: {
      ...byModerators,
      operationId: 'withdrawResponse',
      summary: "Withdraw the merchant's reply",
      parameters: pathParameters(responsePathParameters),
      responses: { '204': { description: 'There is none now' }, ...problems(400, 403, 404, 429, 503) },
    },
  },
};
