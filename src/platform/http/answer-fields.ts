import { z } from 'zod';

/** The fields of answers that several features share, each with its description. */

/** An id from 1 to 2^53 − 1, up to which JavaScript numbers are exact. */
export function id(description: string, example = 1) {
  return z
    .int()
    .min(1)
    .meta({ format: 'int64', description, examples: [example] });
}

export function count(description: string, example = 0) {
  return z
    .int()
    .min(0)
    .meta({ description, examples: [example] });
}

/** RFC 3339, in UTC. */
export function time(description: string) {
  return z.iso.datetime().meta({ description, examples: ['2026-03-14T09:26:53.589Z'] });
}

export const productKey = z.string().meta({
  description: "The store's own key of the product",
  examples: ['1'],
});

export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Send it as `cursor` for the next page; null on the last page' });
