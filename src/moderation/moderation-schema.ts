import { z } from 'zod';
import { count, id, nextCursor, productKey, time } from '../platform/http/answer-fields';
import { text } from '../platform/http/body-fields';
import { pageSize, productId, reviewId } from '../platform/http/parameters';
import { FIELDS, RULES } from './moderation-policy';

export const auditPathParameters = z.object({ review_id: reviewId });

export const responsePathParameters = z.object({ product_id: productId, review_id: reviewId });

const cursor = z
  .string()
  .max(100, 'is longer than any cursor')
  .optional()
  .meta({ description: '`next_cursor` of the page before; left out: the first page' });
export const auditQuery = z.strictObject({ cursor });

const LIMIT_MAX = 100;
const DEFAULT_LIMIT = 20;
const DECISIONS_MAX = 100;

const QUEUE_STATES = ['pending', 'flagged', 'rejected'] as const;

export const queueQuery = z.strictObject({
  state: z
    .enum(QUEUE_STATES, `must be one of ${QUEUE_STATES.join(', ')}`)
    .default('pending')
    .meta({
      description:
        'Which reviews: `pending`, not yet shown (when it is left out); `flagged`, hidden by reporters; `rejected`',
    }),
  limit: pageSize(LIMIT_MAX, DEFAULT_LIMIT),
  cursor,
});
export type QueueQuery = z.output<typeof queueQuery>;

const decision = z.strictObject({
  product_id: productId,
  review_id: z
    .int('must be a whole number')
    .min(1, 'must be a positive integer')
    .meta({ format: 'int64', description: 'The id of the review' })
    .transform(String),
  decision: z
    .enum(['approve', 'reject'], 'must be approve or reject')
    .meta({ description: '`approve`: show the review; `reject`: hide it' }),
  reason: text(1, 1_000).meta({ description: 'Kept in the audit: 1–1,000 characters' }),
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
        )
        .meta({ description: `1–${DECISIONS_MAX} decisions, each about another review` }),
    },
    'must be an object like { "decisions": [] }',
  )
  .meta({ id: 'Decisions', description: 'What a moderator decides' });
export type Decision = z.output<typeof decision>;

export const decisionOutcomes = z
  .strictObject({
    decisions: z
      .array(
        z.strictObject({
          product_id: productKey,
          review_id: id('The id of the review'),
          outcome: z.enum(['applied', 'unchanged', 'not_found']).meta({
            description:
              '`unchanged`: the review was in that state already; `not_found`: there is no such review',
          }),
          state: z
            .enum(['approved', 'rejected'])
            .nullable()
            .meta({ description: 'The state of the review now; null: there is no such review' }),
        }),
      )
      .meta({ description: 'One for each decision, in their order' }),
  })
  .meta({ id: 'DecisionOutcomes', description: 'What became of each decision' });

export const responseBody = z
  .strictObject(
    { body: text(1, 5_000).meta({ description: 'What the merchant answers: 1–5,000 characters' }) },
    'must be an object',
  )
  .meta({ id: 'ResponseDraft', description: "The merchant's response to a review" });

const finding = z.strictObject({
  rule: z.enum(RULES).meta({
    description:
      'The check that found it. `copy`: near copies of the body; `author_velocity`, `address_velocity`, `network_velocity`: reviews of one author, address or network',
  }),
  field: z
    .enum(FIELDS)
    .nullable()
    .meta({ description: 'The field that it is in; null: the rule is about no single field' }),
  words: z.array(z.string()).meta({
    description:
      'What was found, as it stands in the field, at most 100 characters of it; empty for copies and velocity, and for what was found before November 2026',
  }),
  start: z.int().min(0).nullable().meta({
    description:
      'Where it begins in the field, in UTF-16 code units, as JavaScript counts; null where `words` is empty',
  }),
  end: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'Where it ends; null where `words` is empty' }),
  count: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'For copies and velocity: how many there were; otherwise null' }),
  limit: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'For copies and velocity: how many there may be; otherwise null' }),
});

const STATES = ['pending', 'approved', 'rejected', 'flagged'] as const;

export const moderationAudit = z
  .strictObject({
    review_id: id('The id of the review'),
    actions: z
      .array(
        z.strictObject({
          product_id: productKey,
          action: z.enum(['approve', 'reject', 'reply', 'withdraw_reply']).meta({
            description:
              '`reply` and `withdraw_reply`: the merchant responded, or withdrew the response',
          }),
          from: z.enum(STATES).meta({ description: 'The state of the review before the action' }),
          to: z.enum(STATES).meta({ description: 'The state after it; a response changes none' }),
          reason: z.string().nullable().meta({
            description:
              "The moderator's reason; null for responses, and once the author is erased",
          }),
          client_id: z.string().meta({ description: 'The API client whose key was used' }),
          acted_at: time('When it was done'),
        }),
      )
      .meta({ description: 'Oldest first; kept when the review is gone' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'ModerationAudit', description: 'What moderators and merchants did with a review' });

/** @param review the schema of a public review */
export function moderationQueue(review: z.ZodType) {
  return z
    .strictObject({
      state: z.enum(QUEUE_STATES).meta({ description: 'The state that was asked for' }),
      reviews: z
        .array(
          z.strictObject({
            review,
            verdict: z
              .strictObject({
                policy: z
                  .enum(['auto', 'manual'])
                  .meta({ description: 'The setting `MODERATION` when the review came' }),
                findings: z
                  .array(finding)
                  .meta({ description: 'What was found: at most 20, title first' }),
                same_author: z.literal(true).optional().meta({
                  description:
                    'It was posted without a key under an e-mail that had reviewed the product. Whose e-mail it is, nobody knows: approve the one that you believe, and reject the other (`other_review_id`)',
                }),
              })
              .nullable()
              .meta({ description: 'What the checks found, and where; null: there were none yet' }),
            reports: z.record(z.string(), count('Reporters')).meta({
              description: 'How many reporters gave which reason, of reports that are not settled',
            }),
            other_review_id: z.int().min(1).nullable().meta({
              description:
                'With `same_author`: the review that bears the e-mail; null when it is gone',
            }),
          }),
        )
        .meta({ description: 'In the order of their ids: roughly oldest first' }),
      next_cursor: nextCursor,
    })
    .meta({ id: 'ModerationQueue', description: 'A page of reviews that wait for a moderator' });
}
