import { json, strictObject } from './openapi-parts';
import { problems } from './openapi-problems';

/** Health and readiness in OpenAPI. */
export const operationPaths = {
  '/healthz': {
    get: {
      operationId: 'readHealth',
      tags: ['Operation'],
      summary: 'Whether the process is up',
      description:
        'Asks nothing of the database: an orchestrator restarts an instance that does not answer.',
      responses: {
        '200': {
          description: 'The process is up',
          content: json(strictObject({ status: status('up') }), { status: 'up' }),
        },
        ...problems(),
      },
    },
  },
  '/readyz': {
    get: {
      operationId: 'readReadiness',
      tags: ['Operation'],
      summary: 'Whether the instance can serve',
      description:
        'It can when the database is reachable and it is not draining. A balancer sends it no requests otherwise.',
      responses: {
        '200': {
          description: 'Ready',
          content: json(readiness('ready'), {
            status: 'ready',
            database: 'reachable',
            draining: false,
            rule_version: 0,
          }),
        },
        '503': {
          description: 'Not ready',
          content: json(readiness('not ready'), {
            status: 'not ready',
            database: 'unreachable',
            draining: false,
            rule_version: 0,
          }),
        },
        ...problems(),
      },
    },
  },
};

function readiness(name: string) {
  return strictObject({
    status: status(name),
    database: {
      type: 'string',
      enum: ['reachable', 'unreachable'],
      description: 'Whether the database answered just now',
    },
    draining: { type: 'boolean', description: 'Whether the instance is about to stop' },
    rule_version: {
      type: ['integer', 'null'],
      minimum: 0,
      description:
        'The version of the throttling rules in force; 0: the defaults; null: no throttle',
    },
  });
}

function status(name: string) {
  return {
    type: 'string',
    const: name,
    description: 'The same as the status of the answer, in words',
  };
}
