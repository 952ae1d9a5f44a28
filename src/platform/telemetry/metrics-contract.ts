import { problems } from '../http/openapi-parts';

export const metricsPaths = {
  '/metrics': {
    get: {
      operationId: 'readMetrics',
      tags: ['Operation'],
      summary: "The instance's own numbers, in Prometheus' text format",
      description: 'On loopback without a key, else with a key of the scope `metrics`. Not through Nginx.',
      security: [{}, { key: ['metrics'] }],
      responses: {
        '200': {
          description: 'See docs/metrics.md',
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
        ...problems(403, 503),
      },
    },
  },
};
