import { unsendable } from './starling-error.ts';

/**
 * What every request of a client is made of, checked once: what no request can carry is an error
 * when the client is made.
 */

const HEADER_LENGTH_MAX = 128;
const KEY = /^[!-~]{1,256}$/;
const IDEMPOTENCY_KEY = /^[!-~]{1,255}$/;
/** What setTimeout can wait for. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/**
 * @returns the address without a slash at its end. @throws StarlingError when requests cannot be
 * made of it
 */
export function checkBaseUrl(baseUrl: string): string {
  const base = String(baseUrl).replace(/\/+$/, '');
  // In a browser an address may be relative to the page's.
  const page = typeof location === 'undefined' ? undefined : location.href;
  const { protocol, username, password, search, hash } = parseAddress(`${base}/`, page);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw unsendable('baseUrl must begin with https:// or http://');
  if (username !== '' || password !== '')
    throw unsendable('baseUrl must not hold a name or a password; pass a key');
  if (search !== '' || hash !== '') throw unsendable('baseUrl must have neither ? nor #');
  return base;
}

function parseAddress(address: string, page: string | undefined): URL {
  try {
    return new URL(address, page);
  } catch (error) {
    throw unsendable(`baseUrl is no address: ${address}`, error);
  }
}

/** @throws StarlingError */
export function checkTimeout(timeoutMs: number): number {
  if (!(timeoutMs > 0 && timeoutMs <= TIMEOUT_MS_MAX))
    throw unsendable(`timeoutMs must be from 1 to ${TIMEOUT_MS_MAX}`);
  return timeoutMs;
}

/** @throws StarlingError */
export function checkKey(key: string): string {
  if (!KEY.test(key)) throw unsendable('key is none: a key has 1–256 visible ASCII characters');
  return key;
}

/** @throws StarlingError */
export function checkIdempotencyKey(key: string): string {
  if (!IDEMPOTENCY_KEY.test(key))
    throw unsendable('idempotencyKey must have 1–255 visible ASCII characters');
  return key;
}

/** Printable ASCII without spaces around it arrives as it was sent. */
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;
/** RFC 8187, 3.2: how a header says a text of other characters. */
const ENCODED = "UTF-8''";

/**
 * The value of `Starling-Actor`: the text itself, or RFC 8187's encoding of one that a header
 * cannot carry, so that any two texts stay two actors.
 *
 * @throws StarlingError when the text is empty, not valid Unicode, or over 128 characters in the
 * header
 */
export function toActorHeader(actor: string): string {
  if (typeof actor !== 'string' || actor === '')
    throw unsendable('actor must be a text that is not empty');
  if (!actor.isWellFormed()) throw unsendable('actor is not valid Unicode');
  const value = PLAIN.test(actor) && !actor.startsWith(ENCODED) ? actor : encode(actor);
  if (value.length > HEADER_LENGTH_MAX) {
    throw unsendable(
      `actor takes ${value.length} characters in its header, of which there may be ${HEADER_LENGTH_MAX}: pass a hash or an id`,
    );
  }
  return value;
}

/** RFC 8187 has `'`, `(`, `)` and `*` encoded too, which encodeURIComponent leaves. */
function encode(text: string): string {
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return ENCODED + encodeURIComponent(text).replace(/['()*]/g, percent);
}
