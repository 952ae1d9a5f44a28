import { z } from 'zod';
import { emailSpellings } from '../platform/http/body-fields';
import { productId, reviewId } from '../platform/http/parameters';

/**
 * Whom it is about: an author, by e-mail in any spelling, or a review, for one that was imported
 * without an e-mail.
 */
const subject = {
  email: emailSpellings.optional().meta({ description: 'Everything under this address' }),
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
  if (review_id !== undefined && email !== undefined) refuse('review_id', 'must not stand beside an email');
  if (review_id !== undefined) return;
  if (product_id !== undefined) refuse('review_id', 'is required with a product_id');
  else if (email === undefined) refuse('email', 'is required, or a review_id');
}

export const exportBody = z
  .strictObject({ ...subject, cursor: z.string('must be a text').max(300).optional() }, 'must be an object')
  .check(checkSubject)
  .meta({ id: 'ExportRequest', ...ONE_SUBJECT });

export const erasureBody = z
  .strictObject(
    {
      ...subject,
      mode: z.enum(['remove', 'anonymize'], 'must be remove or anonymize').meta({
        description:
          '`remove`: the reviews go. `anonymize`: rating, text and votes stay; name, e-mail, and photos go',
      }),
    },
    'must be an object',
  )
  .check(checkSubject)
  .meta({ id: 'ErasureRequest', ...ONE_SUBJECT });

/** @param review the schema of a public review */
export function authorExport(review: z.ZodType) {
  return z
    .strictObject({
      reviews: z.array(
        z.strictObject({
          review,
          state: z.enum(['pending', 'approved', 'rejected', 'flagged']),
          verdict: z.record(z.string(), z.unknown()).nullable(),
          reports: z.array(z.strictObject({ reason: z.string(), detail: z.string().nullable() })),
          moderation: z.array(
            z.strictObject({
              action: z.string(),
              reason: z.string().nullable(),
              acted_at: z.iso.datetime({ offset: true }),
            }),
          ),
        }),
      ),
      next_cursor: z
        .string()
        .nullable()
        .meta({ description: 'Send it as `cursor` for the next 500; null on the last page' }),
    })
    .meta({ id: 'AuthorExport' });
}

export const erasureReceipt = z
  .strictObject({
    mode: z.enum(['remove', 'anonymize']),
    reviews: z.int().meta({ description: 'How many there were' }),
    products: z
      .array(z.string())
      .meta({ description: 'Whose pages a CDN may still hold for a minute: purge by `Cache-Tag`' }),
  })
  .meta({ id: 'ErasureReceipt' });
