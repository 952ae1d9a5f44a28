import { unsendable } from './starling-error.ts';

/**
 * Checks the options that go into every request once, when the client is created. An option that no
 * request can carry is an error then, not at the first call.
 */

const HEADER_LENGTH_MAX = 128;
const KEY = /^[!-~]{1,256}$/;
const IDEMPOTENCY_KEY = /^[!-~]{1,255}$/;
/** The longest delay of setTimeout. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/**
 * @returns the address without slashes at its end
 * @throws StarlingError when no request can go to the address
 */
export function checkBaseUrl(baseUrl: string): string {
  const base = String(baseUrl).replace(/\/+$/, '');
  // In a browser, the address may be relative to that of the page.
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
    throw unsendable(`baseUrl is not a URL: ${address}`, error);
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
  if (!KEY.test(key))
    throw unsendable('key is not valid: a key has 1–256 visible ASCII characters');
  return key;
}

/** @throws StarlingError */
export function checkIdempotencyKey(key: string): string {
  if (!IDEMPOTENCY_KEY.test(key))
    throw unsendable('idempotencyKey must have 1–255 visible ASCII characters');
  return key;
}

/** Printable ASCII without spaces at its ends: the service receives it unchanged. */
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;
/** RFC 8187, 3.2: begins a header value that holds other characters, percent-encoded. */
const ENCODED = "UTF-8''";

/**
 * The value of `Starling-Actor`: the text itself, or its encoding by RFC 8187 if a header cannot
 * carry the text. Two different texts always give two different values.
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
      `actor takes ${value.length} characters in its header, and at most ${HEADER_LENGTH_MAX} are allowed: pass a hash or an id`,
    );
  }
  return value;
}

/** RFC 8187 also encodes `'`, `(`, `)` and `*`, which encodeURIComponent leaves as they are. */
function encode(text: string): string {
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return ENCODED + encodeURIComponent(text).replace(/['()*]/g, percent);
}
