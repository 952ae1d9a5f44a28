import type { Request, Response, Router } from 'express';
import { knownVersion, sendPublic } from '../platform/http/conditional';
import { freshnessOf } from '../platform/http/fresh-reads';
import { parseIdempotencyKey } from '../platform/http/idempotency';
import { createOperationRouter } from '../platform/http/operation-router';
import { demandScope, principalOf } from '../platform/http/principal';
import { reviewOperations } from './review-contract';
import type { ReviewService } from './review-service';
import type { Submission, SubmissionService } from './submission-service';

export interface ReviewRouterDeps {
  reviews: ReviewService;
  submissions: SubmissionService;
  /** Where a request comes from (request-origin.ts). */
  originOf(request: Request, response: Response): Submission['origin'];
}

export function createReviewRouter({ reviews, submissions, originOf }: ReviewRouterDeps): Router {
  return createOperationRouter(reviewOperations, {
    async listReviews({ params, query }, request, response) {
      const known = knownVersion(request);
      const freshness = freshnessOf(request);
      const page = await reviews.readPage(params.product_id, query, known, freshness);
      sendPublic(request, response, page);
    },

    async submitReview({ params, body: draft }, request, response) {
      if (draft.verified) demandScope(response, 'write');
      const owner = principalOf(response)?.clientId ?? '';
      const idempotency = parseIdempotencyKey(request.get('Idempotency-Key'), owner, {
        path: `/v1/products/${params.product_id}/reviews`, // however the request spells it
        body: draft,
      });
      const { location, body } = await submissions.submitReview({
        productId: params.product_id,
        draft,
        origin: originOf(request, response),
        idempotency,
      });
      response.statusCode = 201;
      response.setHeader('Location', location);
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(body);
    },

    async readReview({ params: { product_id, review_id } }, request, response) {
      const known = knownVersion(request);
      const review = await reviews.readReview(product_id, review_id, known, freshnessOf(request));
      sendPublic(request, response, review);
    },
  });
}
