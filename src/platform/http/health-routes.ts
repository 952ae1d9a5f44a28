import type { Router } from 'express';
import { healthOperations } from './health-contract';
import { createOperationRouter } from './operation-router';

export interface HealthDeps {
  isDraining(): boolean;
  /** Rejects when the database cannot be reached. */
  pingDatabase(): Promise<void>;
  /** The version of the throttle's rules in force; 0: the defaults; null: there is no throttle. */
  ruleVersion(): number | null;
}

export function createHealthRouter({ isDraining, pingDatabase, ruleVersion }: HealthDeps): Router {
  return createOperationRouter(healthOperations, {
    readHealth(_input, _request, response) {
      response.setHeader('Cache-Control', 'no-store');
      response.json({ status: 'up' });
    },

    async readReadiness(_input, _request, response) {
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
}
