import { json, keyWith, reference, requestBody } from '../platform/http/openapi-parts';
import {
  BODY_PROBLEMS,
  badParameter,
  invalidCursor,
  LOAD_PROBLEMS,
  needsScope,
  problems,
} from '../platform/http/openapi-problems';
import { UNKNOWN_PARAMETER } from '../platform/http/openapi-values';

const byAdministrators = { tags: ['Privacy'], security: [keyWith('admin')] };

const ADMINISTER = ['forbidden', needsScope('admin')] as const;

/**
 * The privacy routes in OpenAPI.
 *
 * @param review review 1 of product 1, as the reviews' examples have it
 */
export function privacyPaths(review: object) {
  return {
    '/v1/privacy/export': {
      post: {
        ...byAdministrators,
        operationId: 'exportAuthor',
        summary: 'All data about an author, or a review',
        description:
          'The reviews of an e-mail address, or the one review of an id, in every state, with what checks, readers and moderators said. The address is in the body, since URLs are logged, and in no answer.',
        requestBody: requestBody(reference('ExportRequest'), { email: 'grace@example.com' }),
        responses: {
          '200': {
            description: 'At most 500 reviews',
            content: json(reference('AuthorExport'), {
              reviews: [
                {
                  review,
                  state: 'approved',
                  verdict: { policy: 'auto', findings: [] },
                  reports: [],
                  moderation: [
                    {
                      action: 'respond',
                      reason: null,
                      acted_at: '2026-03-15T08:00:00.000000+00:00',
                    },
                  ],
                },
              ],
              next_cursor: null,
            }),
          },
          ...problems(
            ADMINISTER,
            ['invalid-cursor', invalidCursor('It was not made by this service.')],
            UNKNOWN_PARAMETER,
            ['invalid-body', badParameter('email', 'is required, or a review_id')],
            ...BODY_PROBLEMS,
            ...LOAD_PROBLEMS,
          ),
        },
      },
    },
    '/v1/privacy/erasure': {
      post: {
        ...byAdministrators,
        operationId: 'eraseAuthor',
        summary: 'Erase an author, or who wrote a review',
        description: [
          'When this answers, the erasure is done: reviews, summaries, stored pages, kept answers of Idempotency-Keys, and what',
          'readers and moderators wrote about these reviews. If it fails half-way, ask again. `products` names what a CDN may',
          'show for another minute: purge it by `Cache-Tag`.',
        ].join(' '),
        requestBody: requestBody(reference('ErasureRequest'), {
          email: 'grace@example.com',
          mode: 'anonymize',
        }),
        responses: {
          '200': {
            description: 'The erasure is done',
            content: json(reference('ErasureReceipt'), {
              mode: 'anonymize',
              reviews: 1,
              products: ['1'],
            }),
          },
          ...problems(
            ADMINISTER,
            UNKNOWN_PARAMETER,
            ['invalid-body', badParameter('mode', 'must be remove or anonymize')],
            ...BODY_PROBLEMS,
            ...LOAD_PROBLEMS,
          ),
        },
      },
    },
  };
}
