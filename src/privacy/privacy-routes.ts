import { Router } from 'express';
import { demandScope, requireScope } from '../platform/http/principal';
import { addResource } from '../platform/http/routing';
import { parseBody, readJsonBody, refuseQuery } from '../platform/http/validation';
import { erasureBody, exportBody } from './privacy-schema';
import type { PrivacyService } from './privacy-service';

/** The e-mail is in the body, never in a URL: URLs are logged. */
export function createPrivacyRouter(service: PrivacyService): Router {
  const router = Router();

  addResource(router, '/v1/privacy/export', {
    post: [
      requireScope('admin'),
      refuseQuery,
      ...readJsonBody,
      async (request, response) => {
        const { email, cursor } = parseBody(exportBody, request.body);
        const body = await service.exportAuthor(email, cursor);
        response.setHeader('Cache-Control', 'no-store');
        response.setHeader('Content-Type', 'application/json; charset=utf-8');
        response.end(body);
      },
    ],
  });

  addResource(router, '/v1/privacy/erasure', {
    post: [
      requireScope('admin'),
      refuseQuery,
      ...readJsonBody,
      async (request, response) => {
        const { clientId } = demandScope(response, 'admin');
        const { email, mode } = parseBody(erasureBody, request.body);
        const { reviews, productIds } = await service.eraseAuthor(clientId, email, mode);
        response.setHeader('Cache-Control', 'no-store');
        response.json({ mode, reviews, products: productIds });
      },
    ],
  });

  return router;
}
