import express, { type RequestHandler } from 'express';
import { Problem } from './problem';
import { hasBody } from './request-body';
import { BODY_LIMIT, checkEncoding } from './validation';

/** A field of a form: `a=1` a text, `a=1&a=2` a list, `a[]=1` and `a[14]=1` an object. */
type FormField = string | string[] | Record<string, string>;

const PAIRS_MAX = 200;
/** One level of brackets: `photos[]`, `characteristics[14]`. Deeper brackets are part of a name. */
const BRACKETED = /^([^[\]]+)\[([^[\]]*)\]$/;

/**
 * The fields of an `application/x-www-form-urlencoded` body, as HTML forms and jQuery send them.
 * Objects without a prototype: a field may have any name.
 *
 * @throws Problem `malformed-body` when it is not percent-encoded UTF-8, or has more than 200 pairs
 */
function parseForm(text: string): Record<string, FormField> {
  const pairs = text.split('&', PAIRS_MAX + 1).filter((pair) => pair !== '');
  if (pairs.length > PAIRS_MAX) throw malformed(`A form may have ${PAIRS_MAX} fields.`);
  const fields: Record<string, FormField> = Object.create(null);
  for (const pair of pairs) {
    const [name = '', ...value] = pair.split('=');
    addField(fields, decode(name), decode(value.join('=')));
  }
  return fields;
}

function addField(fields: Record<string, FormField>, name: string, value: string): void {
  const [, outer, inner] = BRACKETED.exec(name) ?? [];
  if (outer === undefined || inner === undefined) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (typeof before === 'string') fields[name] = [before, value];
    else if (Array.isArray(before)) before.push(value);
    return;
  }
  const before = fields[outer];
  const isObject = typeof before === 'object' && !Array.isArray(before);
  const object: Record<string, string> = isObject ? before : Object.create(null);
  object[inner === '' ? `${Object.keys(object).length}` : inner] = value;
  fields[outer] = object;
}

/** URLSearchParams would turn bytes that are not UTF-8 into replacement characters. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed('The form is not percent-encoded UTF-8.');
  }
}

function malformed(detail: string): Problem {
  return new Problem('malformed-body', { detail });
}

const FORM_TYPE = 'application/x-www-form-urlencoded';
export const SEND_JSON_OR_FORM = `Send a body as application/json or ${FORM_TYPE}.`;
const options = { limit: BODY_LIMIT, verify: checkEncoding };

/**
 * Reads a body of at most 64 kB, JSON or a form, into `request.body`: 415, 413 or 400 if it is
 * neither. A body without a type is read as JSON. An empty one is an empty object; where there is
 * none, `request.body` stays undefined.
 */
export const readFormOrJson: RequestHandler[] = [
  (request, _response, next) => {
    const hasNoType = request.headers['content-type'] === undefined;
    if (!hasBody(request) || hasNoType || request.is(['application/json', FORM_TYPE]))
      return next();
    throw new Problem('unsupported-media-type', { detail: SEND_JSON_OR_FORM });
  },
  express.text({ ...options, type: FORM_TYPE }),
  (request, _response, next) => {
    if (typeof request.body === 'string') request.body = parseForm(request.body);
    next();
  },
  // Only JSON is left. express.json does not read a body twice.
  express.json({ ...options, strict: false, type: () => true }),
];
