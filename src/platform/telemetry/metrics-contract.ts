import type { Operations } from '../http/operation';

/** The metrics of an instance. */
export const metricsOperations = {
  readMetrics: {
    method: 'get',
    path: '/metrics',
    tag: 'Operation',
    summary: 'The metrics of the instance, in the text format of Prometheus',
    description:
      'Answers loopback without a key, and any other address with a key of the scope `metrics`. Each instance has its own metrics, so Nginx refuses the path. docs/metrics.md explains each metric.',
    scopeForSome: 'metrics',
    responses: {
      200: {
        description: 'The metrics',
        content: {
          'text/plain': {
            schema: { type: 'string' },
            example:
              '# HELP starling_info Always 1; the labels identify the instance\n# TYPE starling_info gauge\n',
          },
        },
      },
    },
    problems: ['unavailable'],
  },
} satisfies Operations;
