import { z } from 'zod';
import { email } from '../platform/http/body-fields';

export const exportBody = z
  .strictObject({ email, cursor: z.string('must be a text').max(300).optional() }, 'must be an object')
  .meta({ id: 'ExportRequest' });

export const erasureBody = z
  .strictObject(
    {
      email,
      mode: z.enum(['remove', 'anonymize'], 'must be remove or anonymize').meta({
        description:
          '`remove`: the reviews go. `anonymize`: rating, text and votes stay; name, e-mail, and photos go',
      }),
    },
    'must be an object',
  )
  .meta({ id: 'ErasureRequest' });

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
