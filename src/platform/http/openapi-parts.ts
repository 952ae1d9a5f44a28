import type { z } from 'zod';
import type { Answer, KeyedScope } from './operation';

/** Parts of an OpenAPI 3.1 document that the operations of several features share. */

/**
 * The responses of a public read that are not problems. Its problems include `READ_PROBLEMS`.
 *
 * @param example the answer to the operation's own examples; a test compares it with the answer
 */
export function publicRead(
  schema: z.ZodType,
  example: unknown,
  mediaType = 'application/json',
): Record<number, Answer> {
  return {
    200: {
      description: 'OK',
      content: { [mediaType]: { schema, example } },
      headers: {
        ETag: {
          description: 'Send it as `If-None-Match`: the service answers 304 while nothing changed',
          schema: { type: 'string' },
        },
        'Cache-Tag': {
          description: 'The products that the answer shows, for purging a CDN',
          schema: { type: 'string' },
        },
      },
    },
    304: { description: 'The copy that the client has is current' },
  };
}

/**
 * @param example the answer to the operation's own examples; a test compares it with the answer
 */
export function jsonAnswer(description: string, schema: z.ZodType, example: unknown): Answer {
  return { description, content: { 'application/json': { schema, example } } };
}

const KEYED_SCOPES = ['write', 'moderate', 'admin', 'metrics'] as const satisfies KeyedScope[];

/** For `security`: a key with this scope. */
export function keyWith(scope: KeyedScope): Record<string, string[]> {
  return { [`${scope}Key`]: [] };
}

/**
 * The components that `keyWith` refers to, one for each scope: not every tool knows scopes of a
 * bearer scheme.
 */
export function keySchemes() {
  const schemes = KEYED_SCOPES.map((scope) => [
    `${scope}Key`,
    {
      type: 'http' as const,
      scheme: 'bearer',
      description: `A key with the scope \`${scope}\`, from \`npm run client -- create\``,
    },
  ]);
  return Object.fromEntries(schemes);
}
