import { type Response, Router } from 'express';
import { demandScope, requireScope } from '../platform/http/principal';
import { addResource } from '../platform/http/routing';
import { parseBody, parseParameters, readJsonBody, refuseQuery } from '../platform/http/validation';
import {
  auditPathParameters,
  auditQuery,
  decisionsBody,
  merchantResponseDraft,
  queueQuery,
  responsePathParameters,
} from './moderation-schema';
import type { ModerationService } from './moderation-service';

export function createModerationRouter(service: ModerationService): Router {
  const router = Router();
  const mayModerate = requireScope('moderate');

  addResource(router, '/v1/moderation/queue', {
    get: [
      mayModerate,
      async (request, response) => {
        send(response, await service.readQueue(parseParameters(queueQuery, request.query)));
      },
    ],
  });

  addResource(router, '/v1/moderation/decisions', {
    post: [
      mayModerate,
      refuseQuery,
      ...readJsonBody,
      async (request, response) => {
        const { clientId } = demandScope(response, 'moderate');
        const { decisions } = parseBody(decisionsBody, request.body);
        const outcomes = await service.decide(clientId, decisions);
        const answer = outcomes.map(({ productId, reviewId, outcome, state }) => ({
          product_id: productId,
          review_id: Number(reviewId),
          outcome,
          state,
        }));
        send(response, JSON.stringify({ decisions: answer }));
      },
    ],
  });

  addResource(router, '/v1/moderation/reviews/:review_id/audit', {
    get: [
      mayModerate,
      async (request, response) => {
        const { review_id } = parseParameters(auditPathParameters, request.params);
        const { cursor } = parseParameters(auditQuery, request.query);
        send(response, await service.readAudit(review_id, cursor));
      },
    ],
  });

  addResource(router, '/v1/products/:product_id/reviews/:review_id/response', {
    put: [
      mayModerate,
      refuseQuery,
      ...readJsonBody,
      async (request, response) => {
        const { clientId } = demandScope(response, 'moderate');
        const { product_id, review_id } = parseParameters(responsePathParameters, request.params);
        const { body } = parseBody(merchantResponseDraft, request.body);
        send(
          response,
          await service.setMerchantResponse(
            clientId,
            { productId: product_id, reviewId: review_id },
            body,
          ),
        );
      },
    ],
    delete: [
      mayModerate,
      refuseQuery,
      async (request, response) => {
        const { clientId } = demandScope(response, 'moderate');
        const { product_id, review_id } = parseParameters(responsePathParameters, request.params);
        await service.setMerchantResponse(
          clientId,
          { productId: product_id, reviewId: review_id },
          null,
        );
        response.setHeader('Cache-Control', 'no-store');
        response.status(204).end();
      },
    ],
  });

  return router;
}

function send(response: Response, body: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(body);
}
