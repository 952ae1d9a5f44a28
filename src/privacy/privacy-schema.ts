import { z } from 'zod';
import { count, nextCursor } from '../platform/http/answer-fields';
import { email } from '../platform/http/body-fields';

export const exportBody = z
  .strictObject(
    {
      email: email.meta({
        description: 'The address of the author; capitals and spaces around it do not matter',
      }),
      cursor: z
        .string('must be a text')
        .max(300)
        .optional()
        .meta({ description: '`next_cursor` of the page before; left out: the first page' }),
    },
    'must be an object',
  )
  .meta({ id: 'ExportRequest', description: 'Whose data to export' });

export const erasureBody = z
  .strictObject(
    {
      email: email.meta({
        description: 'The address of the author; capitals and spaces around it do not matter',
      }),
      mode: z.enum(['remove', 'anonymize'], 'must be remove or anonymize').meta({
        description:
          '`remove`: deletes the reviews with their votes and reports. `anonymize`: keeps rating, text and votes, and deletes name, e-mail address and photos',
      }),
    },
    'must be an object',
  )
  .meta({ id: 'ErasureRequest', description: 'Whose data to erase, and how' });

/** @param review the schema of a public review */
export function authorExport(review: z.ZodType) {
  return z
    .strictObject({
      reviews: z
        .array(
          z.strictObject({
            review,
            state: z
              .enum(['pending', 'approved', 'rejected', 'flagged'])
              .meta({ description: 'Only `approved` reviews are shown' }),
            verdict: z
              .record(z.string(), z.unknown())
              .nullable()
              .meta({ description: 'What the checks found when the review came; null: there were none yet' }),
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
                  action: z.string().meta({ description: 'What was done: `approve`, `reject`, `reply`, …' }),
                  reason: z.string().nullable().meta({ description: "The moderator's reason; null: none" }),
                  acted_at: z.iso.datetime({ offset: true }).meta({ description: 'When it was done' }),
                }),
              )
              .meta({ description: 'What moderators and merchants did' }),
          }),
        )
        .meta({ description: 'At most 500, in the order of their products' }),
      next_cursor: nextCursor,
    })
    .meta({ id: 'AuthorExport', description: 'All data about an author' });
}

export const erasureReceipt = z
  .strictObject({
    mode: z.enum(['remove', 'anonymize']).meta({ description: 'What was asked for' }),
    reviews: count('How many reviews there were'),
    products: z
      .array(z.string())
      .meta({ description: 'Whose pages a CDN may still hold for a minute: purge by `Cache-Tag`' }),
  })
  .meta({ id: 'ErasureReceipt', description: 'The erasure is done' });
