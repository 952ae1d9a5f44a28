import { Router } from 'express';
import { addResource } from './routing';

/**
 * The file that loader.io requests before it sends load to a host. It exists only if a token is
 * configured.
 */
export function createVerificationRouter(token: string | undefined): Router {
  const router = Router();
  if (token === undefined) return router;

  addResource(router, `/loaderio-${token}.txt`, {
    get: (_request, response) => {
      response.setHeader('Cache-Control', 'no-store');
      response.type('text/plain').send(`loaderio-${token}`);
    },
  });
  return router;
}
