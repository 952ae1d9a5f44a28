import type { Operations } from '../http/operation';

/** The metrics of an instance. */
export const metricsOperations = {
  readMetrics: {
    method: 'get',
    path: '/metrics',
    tag: 'Operation',
    summary: 'The metrics of the instance, in the text format of Prometheus',
    description:
      'On the machine itself without a key, from elsewhere with a key of the scope `metrics`. Each instance has its own metrics, so Nginx refuses the path. docs/metrics.md explains each metric.',
    scopeForSome: 'metrics',
    responses: {
      200: {
        description: 'The metrics',
        content: {
          'text/plain': {
            schema: { type: 'string' },
            example: '# HELP starling_info Who this is\n# TYPE starling_info gauge\n',
          },
        },
      },
    },
    problems: ['unavailable'],
  },
} satisfies Operations;
