import type { Request, Response } from 'express';
import type { EncodedText } from '../encoded-text';
import { principalOf } from './principal';
import { Problem } from './problem';
import { cameAt } from './request-context';

/**
 * Sends public reads, which do not depend on who asks. A CDN may keep them for a minute and
 * revalidates them by their ETag. Nginx alone reads `X-Accel-Expires` and keeps the answer for the
 * rest of the second in which the read began (nginx/templates/starling/public-cache), by Nginx's
 * clock and never by this machine's (docs/decisions/0083). No cache keeps an answer to a request
 * with a key.
 *
 * The ETag is made of versions in the database, not of the bytes sent. So an instance answers 304 for
 * an unchanged product without reading its page. Raise RENDERING when the same rows are rendered in
 * another form. An ETag may also name a form, where a read has several.
 */
const RENDERING = 1;
const PUBLIC_CACHE_CONTROL =
  'public, max-age=0, s-maxage=60, stale-while-revalidate=300, stale-if-error=86400';
const JSON_TYPE = 'application/json; charset=utf-8';
const OWN_ETAG = new RegExp(`^(?:W/)?"${RENDERING}-(\\d{1,18})(?:-([\\w-]{1,22}))?"$`);

/**
 * The product version in `If-None-Match`, if the header holds exactly one of our ETags, else null.
 *
 * @param form what follows the version in the ETags of a read that has several forms
 */
export function knownVersion(request: Request, form?: string): string | null {
  const [, version, formOfTag] = OWN_ETAG.exec(request.headers['if-none-match'] ?? '') ?? [];
  return version !== undefined && formOfTag === form ? version : null;
}

/** The answer to a public read. `body` is null if the client has it already. */
export interface PublicAnswer {
  /** Changes whenever the body does. A product's version, and a form if there are several. */
  version: string;
  body: string | EncodedText | null;
  products: readonly string[];
  /** When the read of its oldest part began, by `performance.now()`; undefined: after the request. */
  readAtMs?: number | undefined;
}

/** @throws Problem `precondition-failed` */
export function sendPublic(
  request: Request,
  response: Response,
  answer: PublicAnswer,
  contentType = JSON_TYPE,
): void {
  demandMatch(request.headers['if-match']);
  // Weak: Nginx compresses, and a strong tag would promise the same bytes.
  const etag = `W/"${RENDERING}-${answer.version}"`;
  response.setHeader('ETag', etag);
  if (principalOf(response)) {
    response.setHeader('Cache-Control', 'no-store');
  } else {
    response.setHeader('Cache-Control', PUBLIC_CACHE_CONTROL);
    response.setHeader('X-Accel-Expires', `@${secondOf(response, answer.readAtMs)}`);
  }
  response.setHeader('Cache-Tag', answer.products.map((id) => `product-${id}`).join(','));
  if (answer.body === null || isNoneMatch(request.headers['if-none-match'], etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.setHeader('Content-Type', contentType);
  if (typeof answer.body === 'string') response.end(answer.body);
  else response.end(answer.body.bytes, 'latin1');
}

/**
 * The second in which the read began, by the clock of the Nginx that asks: the time at which Nginx
 * sent the request, minus the age of the read when the request arrived. The time in transit makes
 * the result earlier, never later.
 */
function secondOf(response: Response, readAtMs: number | undefined): number {
  const { wallMs, monotonicMs } = cameAt(response);
  const ageMs = Math.max(0, monotonicMs - (readAtMs ?? monotonicMs));
  return Math.floor((wallMs - ageMs) / 1000);
}

/**
 * RFC 9110 §13.1.1: `If-Match` compares strongly, and our ETags are weak, so only `*` matches.
 * `If-Unmodified-Since` is ignored, because the answers have no `Last-Modified`.
 */
function demandMatch(header: string | undefined): void {
  if (header !== undefined && header.trim() !== '*') throw new Problem('precondition-failed');
}

/** RFC 9110 §13.1.2: a list of tags, compared weakly, or `*`. */
function isNoneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const opaque = etag.slice(2);
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque);
}
