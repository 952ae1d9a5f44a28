import type { Router } from 'express';
import type { ActorTokens } from '../platform/http/actor-token';
import { createOperationRouter } from '../platform/http/operation-router';
import { actorOperations } from './vote-contract';

/** Issues the token that makes a browser one voter and reporter. It does not read a body. */
export function createActorRouter(tokens: Pick<ActorTokens, 'issue'>): Router {
  return createOperationRouter(actorOperations, {
    issueActor(_input, _request, response) {
      response.setHeader('Cache-Control', 'no-store');
      response.status(201).json({ actor: tokens.issue() });
    },
  });
}
