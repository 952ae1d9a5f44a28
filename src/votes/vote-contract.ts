import { json, pathParameters, problems, reference, STARLING_ACTOR } from '../platform/http/openapi-parts';
import { votePathParameters } from './vote-schema';

/** The routes of votes and reports in OpenAPI. */
const voteResponses = {
  '200': { description: 'The counts after it', content: json(reference('VoteCounts')) },
};

export const votePaths = {
  '/v1/actors': {
    post: {
      operationId: 'issueActor',
      tags: ['Votes and reports'],
      summary: 'A token that makes a browser one voter and reporter',
      description:
        'Needs no body. Ask once a browser, when its user first votes or reports. Each costs 100 units of the write quota; where it is refused, vote without a token: the address counts then.',
      responses: {
        '201': { description: 'Issued', content: json(reference('ActorReceipt')) },
        ...problems(429, 503),
      },
    },
  },
  '/v1/products/{product_id}/reviews/{review_id}/vote': {
    put: {
      operationId: 'vote',
      tags: ['Votes and reports'],
      summary: 'Say whether a review helped; once a voter, and it may be changed',
      parameters: [...pathParameters(votePathParameters), STARLING_ACTOR],
      requestBody: { required: true, content: json(reference('Vote')) },
      responses: { ...voteResponses, ...problems(400, 404, 413, 415, 422, 429, 503) },
    },
    delete: {
      operationId: 'withdrawVote',
      tags: ['Votes and reports'],
      summary: 'Withdraw a vote',
      parameters: [...pathParameters(votePathParameters), STARLING_ACTOR],
      responses: { ...voteResponses, ...problems(400, 404, 429, 503) },
    },
  },
  '/v1/products/{product_id}/reviews/{review_id}/reports': {
    post: {
      operationId: 'report',
      tags: ['Votes and reports'],
      summary:
        'Report a review; once a reporter. Enough reporters of different networks hide it until a moderator decides',
      parameters: [...pathParameters(votePathParameters), STARLING_ACTOR],
      requestBody: { required: true, content: json(reference('Report')) },
      responses: {
        '201': { description: 'Received', content: json(reference('ReportReceipt')) },
        ...problems(400, 404, 413, 415, 422, 429, 503),
      },
    },
  },
};
