import { type Request, type Response, Router } from 'express';
import type { Actor } from '../platform/http/actor';
import { Problem } from '../platform/http/problem';
import { addResource } from '../platform/http/routing';
import { parseBody, parseParameters, readJsonBody } from '../platform/http/validation';
import type { ReportCommand, ReportOutcome, VoteCommand, VoteOutcome } from './vote-commands';
import { reportBody, voteBody, votePathParameters } from './vote-schema';

export interface VoteRouterDeps {
  /** Both settle after the commit. */
  votes: { submit(command: VoteCommand): Promise<VoteOutcome> };
  reports: { submit(command: ReportCommand): Promise<ReportOutcome> };
  actorOf(request: Request, response: Response): Actor;
}

export function createVoteRouter({ votes, reports, actorOf }: VoteRouterDeps): Router {
  const router = Router();

  async function vote(
    request: Request,
    response: Response,
    helpful: boolean | null,
  ): Promise<void> {
    const { product_id, review_id } = parseParameters(votePathParameters, request.params);
    const voter = actorOf(request, response);
    const counts = await votes.submit({
      productId: product_id,
      reviewId: review_id,
      voter,
      helpful,
    });
    if (!counts) throw notFound(product_id, review_id);
    response.setHeader('Cache-Control', 'no-store');
    response.json({
      review_id: Number(review_id),
      helpful_count: counts.helpfulCount,
      not_helpful_count: counts.notHelpfulCount,
    });
  }

  addResource(router, '/v1/products/:product_id/reviews/:review_id/vote', {
    put: [
      ...readJsonBody,
      (request, response) => vote(request, response, parseBody(voteBody, request.body).helpful),
    ],
    delete: (request, response) => vote(request, response, null),
  });

  addResource(router, '/v1/products/:product_id/reviews/:review_id/reports', {
    post: [
      ...readJsonBody,
      async (request, response) => {
        const { product_id, review_id } = parseParameters(votePathParameters, request.params);
        const report = parseBody(reportBody, request.body);
        const reporter = actorOf(request, response);
        const found = await reports.submit({
          productId: product_id,
          reviewId: review_id,
          reporter,
          ...report,
        });
        if (!found) throw notFound(product_id, review_id);
        response.setHeader('Cache-Control', 'no-store');
        response.status(201).json({ review_id: Number(review_id), reported: true });
      },
    ],
  });

  return router;
}

function notFound(productId: string, reviewId: string): Problem {
  return new Problem('not-found', { detail: `Product ${productId} shows no review ${reviewId}.` });
}
