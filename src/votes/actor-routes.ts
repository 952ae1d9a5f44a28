import { Router } from 'express';
import type { ActorTokens } from '../platform/http/actor-token';
import { addResource } from '../platform/http/routing';

/** Issues what makes a browser one voter and reporter. A body is not read. */
export function createActorRouter(tokens: Pick<ActorTokens, 'issue'>): Router {
  const router = Router();

  addResource(router, '/v1/actors', {
    post: (_request, response) => {
      response.setHeader('Cache-Control', 'no-store');
      response.status(201).json({ actor: tokens.issue() });
    },
  });

  return router;
}
