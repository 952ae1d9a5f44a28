import type { Request, Response } from 'express';
import type { EncodedText } from '../encoded-text';
import { principalOf } from './principal';
import { Problem } from './problem';
import { cameAt } from './request-context';

/**
 * Public reads: cacheable by a CDN for a minute, checked by its version, never tied to a person.
 * Nginx alone reads `X-Accel-Expires` and keeps the answer for the rest of the second it was begun
 * in (nginx/templates/starling/public-cache). That second is counted by Nginx's clock, never by
 * this machine's (docs/decisions/0083). With a key they are the client's own, and no cache keeps
 * them.
 *
 * An ETag is made of versions that the database keeps, not of the bytes sent: an unchanged product
 * is answered 304 without its page being read. RENDERING is raised when the same rows are shown in
 * another form.
 */
const RENDERING = 1;
const PUBLIC_CACHE_CONTROL =
  'public, max-age=0, s-maxage=60, stale-while-revalidate=300, stale-if-error=86400';
const OWN_ETAG = new RegExp(`^(?:W/)?"${RENDERING}-(\\d{1,18})"$`);

/**
 * The product version that the client says it has: what `If-None-Match` holds if it is one ETag of
 * ours, else null.
 */
export function knownVersion(request: Request): string | null {
  return OWN_ETAG.exec(request.headers['if-none-match'] ?? '')?.[1] ?? null;
}

/** What a public read answers. `body` is JSON; null says that the client has it already. */
export interface PublicAnswer {
  /** Changes whenever the body does. */
  version: string;
  body: string | EncodedText | null;
  products: readonly string[];
  /**
   * When the read of its oldest part began, by `performance.now()`; undefined: after the request
   * came.
   */
  readAtMs?: number | undefined;
}

/** @throws Problem `precondition-failed` */
export function sendPublic(request: Request, response: Response, answer: PublicAnswer): void {
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
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  if (typeof answer.body === 'string') response.end(answer.body);
  else response.end(answer.body.bytes, 'latin1');
}

/**
 * The second, by the clock of the Nginx that asks, in which the read began: what Nginx said when it
 * sent the request, less the age that the read had when the request came. The request was under way
 * meanwhile, so this is never too late.
 */
function secondOf(response: Response, readAtMs: number | undefined): number {
  const { wallMs, monotonicMs } = cameAt(response);
  const ageMs = Math.max(0, monotonicMs - (readAtMs ?? monotonicMs));
  return Math.floor((wallMs - ageMs) / 1000);
}

/**
 * RFC 9110 §13.1.1: tags are compared strongly, and ours are weak, so only `*` matches.
 * `If-Unmodified-Since` is for what has a date.
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
