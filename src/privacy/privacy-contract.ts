import { json, problems, reference } from '../platform/http/openapi-parts';

/** The privacy routes in OpenAPI. */
const byAdministrators = { tags: ['Privacy'], security: [{ key: ['admin'] }] };

export const privacyPaths = {
  '/v1/privacy/export': {
    post: {
      ...byAdministrators,
      operationId: 'exportAuthor',
      summary: 'Everything that is kept about an author, or a review',
      requestBody: { required: true, content: json(reference('ExportRequest')) },
      responses: {
        '200': { description: 'Up to 500 reviews', content: json(reference('AuthorExport')) },
        ...problems(400, 403, 413, 415, 422, 429, 503),
      },
    },
  },
  '/v1/privacy/erasure': {
    post: {
      ...byAdministrators,
      operationId: 'eraseAuthor',
      summary: 'Forget an author, or who wrote a review; done when this answers',
      requestBody: { required: true, content: json(reference('ErasureRequest')) },
      responses: {
        '200': { description: 'Done', content: json(reference('ErasureReceipt')) },
        ...problems(400, 403, 413, 415, 422, 429, 503),
      },
    },
  },
};
