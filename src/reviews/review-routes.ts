import { type Request, type Response, Router } from 'express';
import { knownVersion, sendPublic } from '../platform/http/conditional';
import { freshnessOf } from '../platform/http/fresh-reads';
import { parseIdempotencyKey } from '../platform/http/idempotency';
import { demandScope, principalOf } from '../platform/http/principal';
import { addResource } from '../platform/http/routing';
import { parseBody, parseParameters, readJsonBody } from '../platform/http/validation';
import {
  oneReviewPathParameters,
  pageQuery,
  reviewDraft,
  reviewPathParameters,
} from './review-schema';
import type { ReviewService } from './review-service';
import type { Submission, SubmissionService } from './submission-service';

export interface ReviewRouterDeps {
  reviews: ReviewService;
  submissions: SubmissionService;
  /** Where a request comes from (request-origin.ts). */
  originOf(request: Request, response: Response): Submission['origin'];
}

export function createReviewRouter({ reviews, submissions, originOf }: ReviewRouterDeps): Router {
  const router = Router();

  addResource(router, '/v1/products/:product_id/reviews', {
    get: async (request, response) => {
      const { product_id } = parseParameters(reviewPathParameters, request.params);
      const query = parseParameters(pageQuery, request.query);
      const known = knownVersion(request);
      const page = await reviews.readPage(product_id, query, known, freshnessOf(request));
      sendPublic(request, response, page);
    },
    post: [
      ...readJsonBody,
      async (request, response) => {
        const { product_id } = parseParameters(reviewPathParameters, request.params);
        const draft = parseBody(reviewDraft, request.body);
        if (draft.verified) demandScope(response, 'write');
        const owner = principalOf(response)?.clientId ?? '';
        const idempotency = parseIdempotencyKey(request.get('Idempotency-Key'), owner, {
          path: `/v1/products/${product_id}/reviews`, // however it was spelled
          body: draft,
        });
        const { location, body } = await submissions.submitReview({
          productId: product_id,
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
    ],
  });

  addResource(router, '/v1/products/:product_id/reviews/:review_id', {
    get: async (request, response) => {
      const { product_id, review_id } = parseParameters(oneReviewPathParameters, request.params);
      const known = knownVersion(request);
      const review = await reviews.readReview(product_id, review_id, known, freshnessOf(request));
      sendPublic(request, response, review);
    },
  });

  return router;
}
