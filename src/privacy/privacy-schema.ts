import { z } from 'zod';
import { count, nextCursor } from '../platform/http/answer-fields';
import { emailSpellings } from '../platform/http/body-fields';
import { productId, reviewId } from '../platform/http/parameters';
import { review } from '../reviews/review-schema';

/**
 * The subject of a request: an author, by e-mail in any spelling, or one review, because imported
 * reviews may have no e-mail.
 */
const subject = {
  email: emailSpellings.optional().meta({
    description: 'The e-mail address of the author, in any spelling: all of their reviews',
  }),
  review_id: z
    .union([z.int().min(1).transform(String), reviewId], 'must be a positive integer')
    .optional()
    .meta({ description: 'Instead of `email`: one review' }),
  product_id: productId
    .optional()
    .meta({ description: 'With `review_id`: only if the review is of this product' }),
};

/** The checks below, in JSON Schema. */
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
        .meta({ description: '`next_cursor` of the previous page; default: the first page' }),
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
            .meta({ description: 'Shoppers see only `approved` reviews' }),
          verdict: z.record(z.string(), z.unknown()).nullable().meta({
            description:
              'What the checks found when the review was submitted; null: the checks did not run, as for imported reviews',
          }),
          reports: z
            .array(
              z.strictObject({
                reason: z.string().meta({ description: 'The reason that the reporter chose' }),
                detail: z
                  .string()
                  .nullable()
                  .meta({ description: 'The note of the reporter; null: none' }),
              }),
            )
            .meta({ description: 'The reports of readers' }),
          moderation: z
            .array(
              z.strictObject({
                action: z
                  .string()
                  .meta({ description: 'The action: `approve`, `reject`, `respond`, …' }),
                reason: z
                  .string()
                  .nullable()
                  .meta({ description: "The moderator's reason; null: none" }),
                acted_at: z.iso
                  .datetime({ offset: true })
                  .meta({ description: 'When the action happened' }),
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
    mode: z.enum(['remove', 'anonymize']).meta({ description: 'The mode of the request' }),
    reviews: count('How many reviews were erased'),
    products: z.array(z.string()).meta({
      description:
        'Products whose pages a CDN may cache for another minute: purge them by `Cache-Tag`',
    }),
  })
  .meta({ id: 'ErasureReceipt', description: 'The erasure is done' });
