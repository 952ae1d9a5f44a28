import { STARLING_ACTOR } from '../platform/http/openapi-parameters';
import { jsonAnswer } from '../platform/http/openapi-parts';
import { BODY_PROBLEMS, badParameter, LOAD_PROBLEMS } from '../platform/http/openapi-problems';
import { BAD_REVIEW_ID } from '../platform/http/openapi-values';
import type { Operations } from '../platform/http/operation';
import {
  actorReceipt,
  reportBody,
  reportReceipt,
  voteBody,
  voteCounts,
  votePathParameters,
} from './vote-schema';

/** The operations on votes and reports. */

/** @param helpfulCount the count after the operation's own example */
function currentCounts(helpfulCount: number) {
  const example = { review_id: 1, helpful_count: helpfulCount, not_helpful_count: 0 };
  return jsonAnswer('The counts now', voteCounts, example);
}

const ONE_REVIEW_PROBLEMS = [
  ['invalid-request', BAD_REVIEW_ID],
  ['not-found', { detail: 'Product 1 shows no review 999.' }],
  ...LOAD_PROBLEMS,
] as const;

export const actorOperations = {
  issueActor: {
    method: 'post',
    path: '/v1/actors',
    tag: 'Votes and reports',
    summary: 'Get a token that identifies a browser as one voter and reporter',
    description:
      'Needs no body. Get one token per browser, when its user first votes or reports. A token costs 100 units of the write quota. If the quota refuses it, vote without a token: the address then identifies the voter.',
    responses: {
      201: jsonAnswer('The token', actorReceipt, {
        actor: 'actor1_kq3Zf0m8T1qH2c0xVb7LpQHbL5cA8m1sJ4nR6tYwU9eDgKz0',
      }),
    },
    problems: ['quota-exceeded'],
  },
} satisfies Operations;

export const voteOperations = {
  vote: {
    method: 'put',
    path: '/v1/products/{product_id}/reviews/{review_id}/vote',
    tag: 'Votes and reports',
    summary: 'Say whether a review helped',
    description:
      'A voter has one vote on a review. A new vote replaces the old one; the same vote again changes nothing.',
    params: votePathParameters,
    otherParameters: [STARLING_ACTOR],
    body: { schema: voteBody, example: { helpful: true } },
    responses: { 200: currentCounts(2) },
    problems: [
      ...ONE_REVIEW_PROBLEMS,
      ['invalid-body', badParameter('helpful', 'must be true or false')],
      ...BODY_PROBLEMS,
    ],
  },

  withdrawVote: {
    method: 'delete',
    path: '/v1/products/{product_id}/reviews/{review_id}/vote',
    tag: 'Votes and reports',
    summary: 'Withdraw a vote',
    description: 'Without a vote, this changes nothing.',
    params: votePathParameters,
    otherParameters: [STARLING_ACTOR],
    responses: { 200: currentCounts(1) },
    problems: ONE_REVIEW_PROBLEMS,
  },

  report: {
    method: 'post',
    path: '/v1/products/{product_id}/reviews/{review_id}/reports',
    tag: 'Votes and reports',
    summary: 'Report a review',
    description: [
      'Each reporter counts once per review. When enough reporters from different networks have reported a review',
      '(`REPORTERS_TO_HIDE`, three by default), the service hides it until a moderator decides.',
    ].join(' '),
    params: votePathParameters,
    otherParameters: [STARLING_ACTOR],
    body: {
      schema: reportBody,
      example: { reason: 'off_topic', detail: 'It is about another product.' },
    },
    responses: {
      201: jsonAnswer('The report is stored', reportReceipt, { review_id: 1, reported: true }),
    },
    problems: [
      ...ONE_REVIEW_PROBLEMS,
      [
        'invalid-body',
        badParameter('reason', 'must be one of spam, offensive, off_topic, fake, privacy, other'),
      ],
      ...BODY_PROBLEMS,
    ],
  },
} satisfies Operations;
