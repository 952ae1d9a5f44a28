import { keyWith } from '../http/openapi-parts';
import { needsScope, problems } from '../http/openapi-problems';

/** The metrics in OpenAPI. */
export const metricsPaths = {
  '/metrics': {
    get: {
      operationId: 'readMetrics',
      tags: ['Operation'],
      summary: 'The metrics of the instance, as Prometheus reads them',
      description:
        'Answers loopback without a key, and any other address with a key of the scope `metrics`. Each instance has its own metrics, so Nginx refuses the path. docs/metrics.md explains each metric.',
      security: [{}, keyWith('metrics')],
      responses: {
        '200': {
          description: 'The metrics',
          content: {
            'text/plain': {
              schema: { type: 'string' },
              example:
                '# HELP starling_info Always 1; the labels identify the instance\n# TYPE starling_info gauge\n',
            },
          },
        },
        ...problems(['forbidden', needsScope('metrics')], 'unavailable'),
      },
    },
  },
};
