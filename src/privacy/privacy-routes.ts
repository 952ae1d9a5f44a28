import type { Router } from 'express';
import { createOperationRouter } from '../platform/http/operation-router';
import { demandScope } from '../platform/http/principal';
import { privacyOperations } from './privacy-contract';
import type { SubjectFields } from './privacy-schema';
import type { PrivacyService, Subject } from './privacy-service';

/** Clients send the e-mail in the body, never in the URL, because servers log URLs. */
export function createPrivacyRouter(service: PrivacyService): Router {
  return createOperationRouter(privacyOperations, {
    async exportAuthor({ body: { cursor, ...subject } }, _request, response) {
      const body = await service.exportReviews(toSubject(subject), cursor);
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(body);
    },

    async eraseAuthor({ body: { mode, ...fields } }, _request, response) {
      const { clientId } = demandScope(response, 'admin');
      const subject = toSubject(fields);
      const { reviews, productIds } = await service.eraseReviews(clientId, subject, mode);
      response.setHeader('Cache-Control', 'no-store');
      response.json({ mode, reviews, products: productIds });
    },
  });
}

function toSubject({ email, review_id, product_id }: SubjectFields): Subject {
  return email ? { emails: email } : { reviewId: review_id!, productId: product_id ?? null };
}
