import { z } from 'zod';
import { text } from '../platform/http/body-fields';
import { pageSize, productId, reviewId } from '../platform/http/parameters';
import { FIELDS, RULES } from './moderation-policy';

export const auditPathParameters = z.object({ review_id: reviewId });

export const responsePathParameters = z.object({ product_id: productId, review_id: reviewId });

const cursor = z.string().max(100, 'is longer than any cursor').optional();
export const auditQuery = z.strictObject({ cursor });

const LIMIT_MAX = 100;
const DEFAULT_LIMIT = 20;
const DECISIONS_MAX = 100;

const QUEUE_STATES = ['pending', 'flagged', 'rejected'] as const;

export const queueQuery = z.strictObject({
  state: z.enum(QUEUE_STATES, `must be one of ${QUEUE_STATES.join(', ')}`).default('pending'),
  limit: pageSize(LIMIT_MAX, DEFAULT_LIMIT),
  cursor,
});
export type QueueQuery = z.output<typeof queueQuery>;

const decision = z.strictObject({
  product_id: productId,
  review_id: z.int('must be a whole number').min(1, 'must be a positive integer').transform(String),
  decision: z.enum(['approve', 'reject'], 'must be approve or reject'),
  reason: text(1, 1_000),
});

export const decisionsBody = z
  .strictObject(
    {
      decisions: z
        .array(decision, 'must be a list')
        .min(1, 'must hold at least 1')
        .max(DECISIONS_MAX, `must hold at most ${DECISIONS_MAX}`)
        .refine(
          (all) => new Set(all.map((each) => each.review_id)).size === all.length,
          'must name each review once',
        ),
    },
    'must be an object like { "decisions": [] }',
  )
  .meta({ id: 'Decisions' });
export type Decision = z.output<typeof decision>;

export const decisionOutcomes = z
  .strictObject({
    decisions: z.array(
      z.strictObject({
        product_id: z.string(),
        review_id: z.int(),
        outcome: z.enum(['applied', 'unchanged', 'not_found']).meta({
          description: '`unchanged`: it was in that state already. Each is decided alone, in the order asked',
        }),
        state: z.enum(['approved', 'rejected']).nullable().meta({ description: 'After it' }),
      }),
    ),
  })
  .meta({ id: 'DecisionOutcomes' });

export const responseBody = z
  .strictObject({ body: text(1, 5_000) }, 'must be an object')
  .meta({ id: 'ResponseDraft' });

const finding = z.strictObject({
  rule: z.enum(RULES).meta({
    description:
      '`copy`: near copies of the body; `author_velocity`, `address_velocity`, `network_velocity`: reviews of one author, address or network',
  }),
  field: z.enum(FIELDS).nullable().meta({ description: 'null: the rule is about no single field' }),
  words: z.array(z.string()).meta({
    description:
      'What was found, as it stands in the field, at most 100 characters of it; empty for copies and velocity, and for what was found before November 2026',
  }),
  start: z.int().min(0).nullable().meta({
    description:
      'Where it begins in the field, in UTF-16 code units, as JavaScript counts; null where `words` is empty',
  }),
  end: z.int().min(0).nullable().meta({ description: 'Where it ends' }),
  count: z.int().nullable().meta({ description: 'For copies and velocity: how many there were' }),
  limit: z.int().nullable().meta({ description: 'And how many there may be' }),
});

const STATES = ['pending', 'approved', 'rejected', 'flagged'] as const;

export const moderationAudit = z
  .strictObject({
    review_id: z.int(),
    actions: z
      .array(
        z.strictObject({
          product_id: z.string(),
          action: z.enum(['approve', 'reject', 'reply', 'withdraw_reply']),
          from: z.enum(STATES).meta({ description: 'The state of the review before it' }),
          to: z.enum(STATES).meta({ description: 'After it; a reply changes none' }),
          reason: z
            .string()
            .nullable()
            .meta({ description: 'null for replies, and once the author is erased' }),
          client_id: z.string().meta({ description: 'Whose key decided' }),
          acted_at: z.iso.datetime(),
        }),
      )
      .meta({ description: 'Oldest first; kept when the review is gone' }),
    next_cursor: z.string().nullable().meta({ description: 'Send it as `cursor`; null on the last page' }),
  })
  .meta({ id: 'ModerationAudit' });

/** @param review the schema of a public review */
export function moderationQueue(review: z.ZodType) {
  return z
    .strictObject({
      state: z.enum(QUEUE_STATES),
      reviews: z
        .array(
          z.strictObject({
            review,
            verdict: z
              .strictObject({
                policy: z.enum(['auto', 'manual']),
                findings: z.array(finding).meta({ description: 'At most 20, title first' }),
                same_author: z.literal(true).optional().meta({
                  description:
                    'It was posted without a key under an e-mail that had reviewed the product. Whose e-mail it is, nobody knows: approve the one that you believe, and reject the other (`other_review_id`)',
                }),
              })
              .nullable()
              .meta({ description: 'What the checks found, and where; null: there were none yet' }),
            reports: z
              .record(z.string(), z.int())
              .meta({ description: 'How many reporters gave which reason' }),
            other_review_id: z.int().min(1).nullable().meta({
              description: 'With `same_author`: the review that bears the e-mail; null when it is gone',
            }),
          }),
        )
        .meta({ description: 'Oldest first' }),
      next_cursor: z.string().nullable().meta({ description: 'Send it as `cursor`; null on the last page' }),
    })
    .meta({ id: 'ModerationQueue' });
}
