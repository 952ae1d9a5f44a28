import { z } from 'zod';
import { count, id } from '../platform/http/answer-fields';
import { text } from '../platform/http/body-fields';
import { productId, reviewId } from '../platform/http/parameters';

export const votePathParameters = z.object({ product_id: productId, review_id: reviewId });

export const voteBody = z
  .strictObject(
    {
      helpful: z
        .boolean('must be true or false')
        .meta({ description: 'true: the review helped; false: it did not' }),
    },
    'must be an object',
  )
  .meta({
    id: 'Vote',
    description: "Whether a review helped the voter; it replaces the voter's earlier vote",
  });

export const voteCounts = z
  .strictObject({
    review_id: id('The id of the review'),
    helpful_count: count('How many voters say that the review helped'),
    not_helpful_count: count('How many voters say that it did not'),
  })
  .meta({
    id: 'VoteCounts',
    description: 'The votes on a review, including the one in the request',
  });

const REPORT_REASONS = ['spam', 'offensive', 'off_topic', 'fake', 'privacy', 'other'] as const;

export const reportBody = z
  .strictObject(
    {
      reason: z
        .enum(REPORT_REASONS, `must be one of ${REPORT_REASONS.join(', ')}`)
        .meta({ description: 'What is wrong with the review' }),
      detail: text(0, 1000).nullable().default(null).meta({
        description: 'A note for the moderators: at most 1,000 characters; null, the default: none',
      }),
    },
    'must be an object',
  )
  .meta({ id: 'Report', description: 'Why a reader reports a review' });

export const reportReceipt = z
  .strictObject({
    review_id: id('The id of the review'),
    reported: z
      .literal(true)
      .meta({ description: 'Always true; a second report by the same reporter changes nothing' }),
  })
  .meta({ id: 'ReportReceipt', description: 'The report is stored' });

export const actorReceipt = z
  .strictObject({
    actor: z.string().max(128).meta({
      description: 'Send it as `Starling-Actor`. Keep it in the storage of the browser',
    }),
  })
  .meta({ id: 'ActorReceipt', description: 'A token that identifies a browser' });
