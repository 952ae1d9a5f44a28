import { z } from 'zod';
import { count, id, nextCursor, productKey, time } from '../platform/http/answer-fields';
import { text } from '../platform/http/body-fields';
import { pageSize, productId, reviewId } from '../platform/http/parameters';
import { review } from '../reviews/review-schema';
import { FIELDS, RULES } from './moderation-policy';

export const auditPathParameters = z.object({ review_id: reviewId });

export const responsePathParameters = z.object({ product_id: productId, review_id: reviewId });

const cursor = z
  .string()
  .max(100, 'is longer than any cursor')
  .optional()
  .meta({ description: '`next_cursor` of the previous page; default: the first page' });
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
        'Which reviews: `pending`, the default: not shown yet; `flagged`: hidden because of reports; `rejected`: hidden by a moderator',
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
  reason: text(1, 1_000).meta({ description: 'For the audit: 1–1,000 characters' }),
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
        .meta({ description: `1–${DECISIONS_MAX} decisions, each about a different review` }),
    },
    'must be an object like { "decisions": [] }',
  )
  .meta({ id: 'Decisions', description: 'Decisions of a moderator' });
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
          state: z.enum(['approved', 'rejected']).nullable().meta({
            description: 'The current state of the review; null: there is no such review',
          }),
        }),
      )
      .meta({ description: 'One per decision, in the same order' }),
  })
  .meta({ id: 'DecisionOutcomes', description: 'The outcome of each decision' });

export const merchantResponseDraft = z
  .strictObject(
    {
      body: text(1, 5_000).meta({
        description: 'The text of the merchant response: 1–5,000 characters',
      }),
    },
    'must be an object',
  )
  .meta({ id: 'MerchantResponseDraft', description: 'The merchant response to a review' });

const finding = z.strictObject({
  rule: z.enum(RULES).meta({
    description:
      'The check. `copy`: near copies of the body; `author_velocity`, `address_velocity`, `network_velocity`: too many reviews from one author, address or network',
  }),
  field: z
    .enum(FIELDS)
    .nullable()
    .meta({ description: 'The field with the finding; null: the rule concerns no single field' }),
  words: z.array(z.string()).meta({
    description:
      'The words that the check found, as they are in the field, at most 100 characters; empty for copies and velocity, and for findings from before November 2026',
  }),
  start: z.int().min(0).nullable().meta({
    description:
      'The start of the words in the field, in UTF-16 code units, as JavaScript counts; null if `words` is empty',
  }),
  end: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'The end of the words; null if `words` is empty' }),
  count: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'For copies and velocity: how many reviews there were; otherwise null' }),
  limit: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'For copies and velocity: how many reviews are allowed; otherwise null' }),
});

const STATES = ['pending', 'approved', 'rejected', 'flagged'] as const;

export const moderationAudit = z
  .strictObject({
    review_id: id('The id of the review'),
    actions: z
      .array(
        z.strictObject({
          product_id: productKey,
          action: z.enum(['approve', 'reject', 'respond', 'withdraw_response']).meta({
            description:
              '`respond` and `withdraw_response`: the merchant response was written or withdrawn',
          }),
          from: z.enum(STATES).meta({ description: 'The state of the review before the action' }),
          to: z.enum(STATES).meta({
            description: 'The state after the action; a merchant response does not change it',
          }),
          reason: z.string().nullable().meta({
            description:
              "The moderator's reason; null for merchant responses, and after the author is erased",
          }),
          client_id: z.string().meta({ description: 'The API client whose key was used' }),
          acted_at: time('When the action happened'),
        }),
      )
      .meta({ description: 'Oldest first; kept after the review is erased' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'ModerationAudit', description: 'What moderators and merchants did with a review' });

export const moderationQueue = z
  .strictObject({
    state: z.enum(QUEUE_STATES).meta({ description: 'The state that the request names' }),
    reviews: z
      .array(
        z.strictObject({
          review,
          verdict: z
            .strictObject({
              policy: z
                .enum(['auto', 'manual'])
                .meta({ description: 'The setting `MODERATION` when the review was submitted' }),
              findings: z
                .array(finding)
                .meta({ description: 'At most 20 findings, those of the title first' }),
              same_author: z.literal(true).optional().meta({
                description:
                  'The review was posted without a key under an e-mail that had already reviewed the product. The service cannot know which author owns the e-mail: approve the review that you believe, and reject the other (`other_review_id`)',
              }),
            })
            .nullable()
            .meta({
              description:
                'What the checks found, and where; null: the checks did not run, as for imported reviews',
            }),
          reports: z.record(z.string(), count('Reporters')).meta({
            description: 'How many reporters gave each reason; settled reports do not count',
          }),
          other_review_id: z.int().min(1).nullable().meta({
            description:
              'With `same_author`: the id of the other review with the e-mail; null if it no longer exists',
          }),
        }),
      )
      .meta({ description: 'In the order of their ids: roughly oldest first' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'ModerationQueue', description: 'A page of reviews that wait for a moderator' });
