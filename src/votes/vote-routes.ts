import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import type { Actor } from '../platform/http/actor';
import { createOperationRouter } from '../platform/http/operation-router';
import { Problem } from '../platform/http/problem';
import type { ReportCommand, ReportOutcome, VoteCommand, VoteOutcome } from './vote-commands';
import { voteOperations } from './vote-contract';
import type { votePathParameters } from './vote-schema';

export interface VoteRouterDeps {
  /** Both settle after the commit. */
  votes: { submit(command: VoteCommand): Promise<VoteOutcome> };
  reports: { submit(command: ReportCommand): Promise<ReportOutcome> };
  actorOf(request: Request, response: Response): Actor;
}

type VotePath = z.output<typeof votePathParameters>;

export function createVoteRouter({ votes, reports, actorOf }: VoteRouterDeps): Router {
  async function vote(
    { product_id, review_id }: VotePath,
    helpful: boolean | null,
    request: Request,
    response: Response,
  ): Promise<void> {
    const voter = actorOf(request, response);
    const vote = { productId: product_id, reviewId: review_id, voter, helpful };
    const counts = await votes.submit(vote);
    if (!counts) throw notFound(product_id, review_id);
    response.setHeader('Cache-Control', 'no-store');
    response.json({
      review_id: Number(review_id),
      helpful_count: counts.helpfulCount,
      not_helpful_count: counts.notHelpfulCount,
    });
  }

  return createOperationRouter(voteOperations, {
    vote: ({ params, body }, request, response) => vote(params, body.helpful, request, response),

    withdrawVote: ({ params }, request, response) => vote(params, null, request, response),

    async report({ params: { product_id, review_id }, body }, request, response) {
      const reporter = actorOf(request, response);
      const report = { productId: product_id, reviewId: review_id, reporter, ...body };
      const found = await reports.submit(report);
      if (!found) throw notFound(product_id, review_id);
      response.setHeader('Cache-Control', 'no-store');
      response.status(201).json({ review_id: Number(review_id), reported: true });
    },
  });
}

function notFound(productId: string, reviewId: string): Problem {
  return new Problem('not-found', { detail: `Product ${productId} shows no review ${reviewId}.` });
}
