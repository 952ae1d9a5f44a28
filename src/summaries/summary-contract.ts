import { inputSchema, pathParameters, problems, publicRead } from '../platform/http/openapi-parts';
import { summariesQuery, summaryPathParameters } from './summary-schema';

/** The summary routes in OpenAPI. */
export const summaryPaths = {
  '/v1/products/{product_id}/summary': {
    get: {
      operationId: 'readSummary',
      tags: ['Summaries'],
      summary: "A product's ratings in numbers",
      parameters: pathParameters(summaryPathParameters),
      responses: { ...publicRead('Summary'), ...problems(400, 429, 503) },
    },
  },
  '/v1/summaries': {
    get: {
      operationId: 'readSummaries',
      tags: ['Summaries'],
      summary: 'The summaries of up to 100 products, for a listing page',
      parameters: [
        {
          name: 'product_ids',
          in: 'query',
          required: true,
          description: 'Product keys, separated by commas; their order does not matter',
          example: '1,2,3',
          schema: inputSchema(summariesQuery.shape.product_ids),
        },
      ],
      responses: { ...publicRead('Summaries'), ...problems(400, 429, 503) },
    },
  },
};
