import { z } from 'zod';
import { count, nextCursor } from '../platform/http/answer-fields';
import { emailSpellings } from '../platform/http/body-fields';
import { productId, reviewId } from '../platform/http/parameters';
import { review } from '../reviews/review-schema';

/**
 * Whom it is about: an author, by e-mail in any spelling, or a review, for one that was imported
 * without an e-mail.
 */
const subject = {
  email: emailSpellings.optional().meta({
    description: 'The address of the author, in any spelling: everything under this address',
  }),
  review_id: z
    .union([z.int().min(1).transform(String), reviewId], 'must be a positive integer')
    .optional()
    .meta({ description: 'In place of `email`: this one review' }),
  product_id: productId
    .optional()
    .meta({ description: 'With `review_id`: only if it is a review of this product' }),
};

/** What the checks below say, in JSON Schema. */
const ONE_SUBJECT = {
  oneOf: [{ required: ['email'] }, { required: ['review_id'] }],
  dependentRequired: { product_id: ['review_id'] },
};

export type SubjectFields = z.output<z.ZodObject<typeof subject>>;

function checkSubject({ value, issues }: z.core.ParsePayload<SubjectFields>): void {
  const { email, review_id, product_id } = value;
  const refuse = (field: string, message: string) =>
    issues.push({ code: 'custom', path: [field], message, input: value });
  if (review_id !== undefined && email !== undefined)
    refuse('review_id', 'must not stand beside an email');
  if (review_id !== undefined) return;
  if (product_id !== undefined) refuse('review_id', 'is required with a product_id');
  else if (email === undefined) refuse('email', 'is required, or a review_id');
}

export const exportBody = z
  .strictObject(
    {
      ...subject,
      cursor: z
        .string('must be a text')
        .max(300)
        .optional()
        .meta({ description: '`next_cursor` of the page before; left out: the first page' }),
    },
    'must be an object',
  )
  .check(checkSubject)
  .meta({ id: 'ExportRequest', description: 'Whose data to export', ...ONE_SUBJECT });

export const erasureBody = z
  .strictObject(
    {
      ...subject,
      mode: z.enum(['remove', 'anonymize'], 'must be remove or anonymize').meta({
        description:
          '`remove`: deletes the reviews with their votes and reports. `anonymize`: keeps rating, text and votes, and deletes name, e-mail address and photos',
      }),
    },
    'must be an object',
  )
  .check(checkSubject)
  .meta({ id: 'ErasureRequest', description: 'Whose data to erase, and how', ...ONE_SUBJECT });

export const authorExport = z
  .strictObject({
    reviews: z
      .array(
        z.strictObject({
          review,
          state: z
            .enum(['pending', 'approved', 'rejected', 'flagged'])
            .meta({ description: 'Only `approved` reviews are shown' }),
          verdict: z.record(z.string(), z.unknown()).nullable().meta({
            description: 'What the checks found when the review came; null: there were none yet',
          }),
          reports: z
            .array(
              z.strictObject({
                reason: z.string().meta({ description: 'What the reporter objected to' }),
                detail: z
                  .string()
                  .nullable()
                  .meta({ description: 'What they wrote besides; null: nothing' }),
              }),
            )
            .meta({ description: 'What readers reported' }),
          moderation: z
            .array(
              z.strictObject({
                action: z
                  .string()
                  .meta({ description: 'What was done: `approve`, `reject`, `reply`, …' }),
                reason: z
                  .string()
                  .nullable()
                  .meta({ description: "The moderator's reason; null: none" }),
                acted_at: z.iso
                  .datetime({ offset: true })
                  .meta({ description: 'When it was done' }),
              }),
            )
            .meta({ description: 'What moderators and merchants did' }),
        }),
      )
      .meta({ description: 'At most 500, in the order of their products' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'AuthorExport', description: 'All data about an author' });

export const erasureReceipt = z
  .strictObject({
    mode: z.enum(['remove', 'anonymize']).meta({ description: 'What was asked for' }),
    reviews: count('How many reviews there were'),
    products: z
      .array(z.string())
      .meta({ description: 'Whose pages a CDN may still hold for a minute: purge by `Cache-Tag`' }),
  })
  .meta({ id: 'ErasureReceipt', description: 'The erasure is done' });
