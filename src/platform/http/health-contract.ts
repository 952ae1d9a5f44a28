import { json, strictObject } from './openapi-parts';

/** Health and readiness in OpenAPI. */
export const operationPaths = {
  '/healthz': {
    get: {
      operationId: 'readHealth',
      tags: ['Operation'],
      summary: 'The process is up',
      responses: { '200': { description: 'Up', content: json(strictObject({ status: { const: 'up' } })) } },
    },
  },
  '/readyz': {
    get: {
      operationId: 'readReadiness',
      tags: ['Operation'],
      summary: 'The instance can serve: the database is reachable, and it is not draining',
      responses: {
        '200': { description: 'Ready', content: json(readiness('ready')) },
        '503': { description: 'Not ready', content: json(readiness('not ready')) },
      },
    },
  },
};

function readiness(status: string) {
  return strictObject({
    status: { const: status },
    database: { enum: ['reachable', 'unreachable'] },
    draining: { type: 'boolean' },
    rule_version: { type: ['integer', 'null'], description: 'Throttling rules in force; 0: the defaults' },
  });
}
