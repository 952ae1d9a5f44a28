import type { Response, Router } from 'express';
import { createOperationRouter } from '../platform/http/operation-router';
import { demandScope } from '../platform/http/principal';
import { moderationOperations } from './moderation-contract';
import type { ModerationService } from './moderation-service';

export function createModerationRouter(service: ModerationService): Router {
  return createOperationRouter(moderationOperations, {
    async readModerationQueue({ query }, _request, response) {
      send(response, await service.readQueue(query));
    },

    async decide({ body }, _request, response) {
      const { clientId } = demandScope(response, 'moderate');
      const outcomes = await service.decide(clientId, body.decisions);
      const answer = outcomes.map(({ productId, reviewId, outcome, state }) => ({
        product_id: productId,
        review_id: Number(reviewId),
        outcome,
        state,
      }));
      send(response, JSON.stringify({ decisions: answer }));
    },

    async readModerationAudit({ params, query }, _request, response) {
      send(response, await service.readAudit(params.review_id, query.cursor));
    },

    async writeMerchantResponse({ params, body }, _request, response) {
      const { clientId } = demandScope(response, 'moderate');
      const review = { productId: params.product_id, reviewId: params.review_id };
      send(response, await service.setMerchantResponse(clientId, review, body.body));
    },

    async withdrawMerchantResponse({ params }, _request, response) {
      const { clientId } = demandScope(response, 'moderate');
      const review = { productId: params.product_id, reviewId: params.review_id };
      await service.setMerchantResponse(clientId, review, null);
      response.setHeader('Cache-Control', 'no-store');
      response.status(204).end();
    },
  });
}

function send(response: Response, body: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(body);
}
