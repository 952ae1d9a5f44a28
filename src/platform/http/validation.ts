import express, { type RequestHandler } from 'express';
import type { z } from 'zod';
import { type InputError, Problem } from './problem';

const BODY_LIMIT = '64kb';

/** The path's or the query's parameters, or a 400 that names each bad one. */
export function parseParameters<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new Problem('invalid-request', { errors: toInputErrors(result.error) });
}

/** The JSON body, or a 422 that names each bad value. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new Problem('invalid-body', { errors: toInputErrors(result.error) });
}

function toInputErrors(error: z.ZodError): InputError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: path ? `${path}.${key}` : key,
      message: 'is not a known field',
    }));
  });
}

/** Reads a JSON body of at most 64 kB into `request.body`: 415, 413 or 400 if it is none. */
export const readJsonBody: RequestHandler[] = [
  (request, _response, next) => {
    if (request.is('application/json')) return next();
    throw new Problem('unsupported-media-type', { detail: 'Send a body as application/json.' });
  },
  express.json({ limit: BODY_LIMIT, strict: false }),
  (request, _response, next) => {
    if (request.headers['content-length'] !== '0') return next();
    throw new Problem('malformed-body', { detail: 'The body is empty.' });
  },
];
