import { z } from 'zod';
import { text } from '../platform/http/body-fields';
import { productId, reviewId } from '../platform/http/parameters';

export const votePathParameters = z.object({ product_id: productId, review_id: reviewId });

export const voteBody = z
  .strictObject({ helpful: z.boolean('must be true or false') }, 'must be an object')
  .meta({ id: 'Vote' });

export const voteCounts = z
  .strictObject({ review_id: z.int(), helpful_count: z.int().min(0), not_helpful_count: z.int().min(0) })
  .meta({ id: 'VoteCounts' });

const REPORT_REASONS = ['spam', 'offensive', 'off_topic', 'fake', 'privacy', 'other'] as const;

export const reportBody = z
  .strictObject(
    {
      reason: z.enum(REPORT_REASONS, `must be one of ${REPORT_REASONS.join(', ')}`),
      detail: text(0, 1000).nullable().default(null),
    },
    'must be an object',
  )
  .meta({ id: 'Report' });

export const reportReceipt = z
  .strictObject({ review_id: z.int(), reported: z.literal(true) })
  .meta({ id: 'ReportReceipt' });

export const actorReceipt = z
  .strictObject({
    actor: z.string().max(128).meta({
      description: 'Send it as `Starling-Actor`, and keep it as long as the browser keeps anything',
    }),
  })
  .meta({ id: 'ActorReceipt' });
