import { Router } from 'express';
import { addResource } from './routing';

export interface HealthDeps {
  isDraining(): boolean;
  /** Rejects when the database cannot be reached. */
  pingDatabase(): Promise<void>;
  /** Of the throttle's rules in force; 0: the defaults; null: there is no throttle. */
  ruleVersion(): number | null;
}

/**
 * `/healthz`: the process is up. `/readyz`: it can serve; a balancer or an orchestrator sends no
 * requests while it cannot.
 */
export function createHealthRouter({ isDraining, pingDatabase, ruleVersion }: HealthDeps): Router {
  const router = Router();

  addResource(router, '/healthz', {
    get: (_request, response) => {
      response.setHeader('Cache-Control', 'no-store');
      response.json({ status: 'up' });
    },
  });

  addResource(router, '/readyz', {
    get: async (_request, response) => {
      const draining = isDraining();
      const database = await pingDatabase().then(
        () => 'reachable',
        () => 'unreachable',
      );
      const ready = !draining && database === 'reachable';
      response.setHeader('Cache-Control', 'no-store');
      response.status(ready ? 200 : 503).json({
        status: ready ? 'ready' : 'not ready',
        database,
        draining,
        rule_version: ruleVersion(),
      });
    },
  });

  return router;
}
