import { Router } from 'express';
import { demandScope, requireScope } from '../platform/http/principal';
import { addResource } from '../platform/http/routing';
import { parseBody, readJsonBody, refuseQuery } from '../platform/http/validation';
import { erasureBody, exportBody, type SubjectFields } from './privacy-schema';
import type { PrivacyService, Subject } from './privacy-service';

/** The e-mail is in the body, never in a URL: URLs are logged. */
export function createPrivacyRouter(service: PrivacyService): Router {
  const router = Router();

  addResource(router, '/v1/privacy/export', {
    post: [
      requireScope('admin'),
      refuseQuery,
      ...readJsonBody,
      async (request, response) => {
        const { cursor, ...subject } = parseBody(exportBody, request.body);
        const body = await service.exportReviews(toSubject(subject), cursor);
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
        const { mode, ...subject } = parseBody(erasureBody, request.body);
        const { reviews, productIds } = await service.eraseReviews(
          clientId,
          toSubject(subject),
          mode,
        );
        response.setHeader('Cache-Control', 'no-store');
        response.json({ mode, reviews, products: productIds });
      },
    ],
  });

  return router;
}

function toSubject({ email, review_id, product_id }: SubjectFields): Subject {
  return email ? { emails: email } : { reviewId: review_id!, productId: product_id ?? null };
}
