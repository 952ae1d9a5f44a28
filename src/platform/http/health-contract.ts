import { z } from 'zod';
import { jsonAnswer } from './openapi-parts';
import type { Operations } from './operation';

/** Liveness and readiness of an instance. */

const wording = 'The status of the answer in words';

function readiness(status: 'ready' | 'not ready') {
  return z.strictObject({
    status: z.literal(status).meta({ description: wording }),
    database: z
      .enum(['reachable', 'unreachable'])
      .meta({ description: 'Whether the database answered just now' }),
    draining: z.boolean().meta({ description: 'Whether the instance is about to stop' }),
    rule_version: z.int().min(0).nullable().meta({
      description:
        'The version of the throttling rules in force; 0: the defaults; null: throttling is off',
    }),
  });
}

export const healthOperations = {
  readHealth: {
    method: 'get',
    path: '/healthz',
    tag: 'Operation',
    summary: 'Whether the process is up',
    description:
      'It does not ask the database. An orchestrator restarts an instance that does not answer.',
    responses: {
      200: jsonAnswer(
        'The process is up',
        z.strictObject({ status: z.literal('up').meta({ description: wording }) }),
        { status: 'up' },
      ),
    },
    problems: [],
  },
  readReadiness: {
    method: 'get',
    path: '/readyz',
    tag: 'Operation',
    summary: 'Whether the instance can serve requests',
    description:
      'An instance is ready when it can reach the database and is not about to stop. A balancer sends requests to ready instances only.',
    responses: {
      200: jsonAnswer('Ready', readiness('ready'), {
        status: 'ready',
        database: 'reachable',
        draining: false,
        rule_version: 0,
      }),
      503: jsonAnswer('Not ready', readiness('not ready'), {
        status: 'not ready',
        database: 'unreachable',
        draining: false,
        rule_version: 0,
      }),
    },
    problems: [],
  },
} satisfies Operations;
