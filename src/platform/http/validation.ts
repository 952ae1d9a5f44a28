import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { findOversize, findUnsafeName } from './body-bounds';
import { boundErrors, invalidBody } from './input-errors';
import { type InputError, Problem } from './problem';
import { hasBody } from './request-body';

export const BODY_LIMIT = '64kb';

/** The path's or the query's parameters, or a 400 that names each bad one. */
export function parseParameters<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const given = input as Record<string, unknown>;
  const isRepeated = ({ code, path }: z.core.$ZodIssue) =>
    // Lists are checked as one text (parameters.ts): what is wrong with it is not its type.
    Array.isArray(given[path.join('.')]) && (code === 'invalid_type' || code === 'invalid_value');
  const repeated = new Set(
    result.error.issues.filter(isRepeated).map(({ path }) => path.join('.')),
  );
  const unknown = schema instanceof z.ZodObject ? unknownParameter(Object.keys(schema.shape)) : '';
  const errors = toInputErrors(result.error, unknown).map(({ path, message }) => ({
    path,
    message: repeated.has(path) ? 'must be given once' : message,
  }));
  throw new Problem('invalid-request', boundErrors(errors));
}

function unknownParameter(known: readonly string[]): string {
  return known.length === 0
    ? 'is not known: there are no parameters here'
    : `is none of ${known.join(', ')}`;
}

/**
 * The query of an operation that has no query parameters. It refuses any: the client expected it to
 * have an effect.
 */
export const NO_QUERY = z.strictObject({});

/** The JSON body, or a 422 that names each bad value. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const outOfBounds = findOversize(input) ?? findUnsafeName(input);
  if (outOfBounds) throw invalidBody([outOfBounds]);
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidBody(toInputErrors(result.error, 'is not a known field'));
}

/** The first error of each value: what else is wrong with it follows from that. */
function toInputErrors(error: z.ZodError, unknownName: string): InputError[] {
  const messages = new Map<string, string>();
  for (const issue of error.issues) {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') {
      if (!messages.has(path)) messages.set(path, issue.message);
      continue;
    }
    for (const key of issue.keys) messages.set(path ? `${path}.${key}` : key, unknownName);
  }
  return [...messages].map(([path, message]) => ({ path, message }));
}

/**
 * Reads a JSON body of at most 64 kB into `request.body`: 415, 413 or 400 if it is none, or
 * missing.
 */
export const readJsonBody: RequestHandler[] = [
  (request, _response, next) => {
    if (request.is('application/json')) return next();
    if (!hasBody(request)) throw new Problem('malformed-body', { detail: 'There is no body.' });
    throw new Problem('unsupported-media-type', { detail: 'Send a body as application/json.' });
  },
  // Its type was looked at just now.
  express.json({ limit: BODY_LIMIT, strict: false, verify: checkBytes, type: () => true }),
];

function checkBytes(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  charset: string,
): void {
  checkEncoding(request, response, body, charset);
  if (body.length === 0) throw new Problem('malformed-body', { detail: 'The body is empty.' });
}

/**
 * Other character sets are refused, not converted; bytes that are none must not be stored as
 * replacement characters.
 */
export function checkEncoding(
  _request: IncomingMessage,
  _response: ServerResponse,
  body: Buffer,
  charset: string,
): void {
  if (charset !== 'utf-8')
    throw new Problem('unsupported-media-type', { detail: 'Send the body as UTF-8.' });
  if (!isUtf8(body))
    throw new Problem('malformed-body', { detail: 'The body is not valid UTF-8.' });
}
