import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createKeyedHash } from '../keyed-hash';

/**
 * Tokens that identify a browser as one voter and reporter: `actor1_<48 characters>`.
 *
 * After the version come 36 bytes: 16 random ones, the minute of issue (counted from 1970, 4 bytes)
 * and a seal, which is 16 bytes of a keyed hash of the version and the other bytes. The service
 * stores nothing when it issues a token. 36 bytes are exactly 48 characters of base64url without
 * spare bits, so a token has only one spelling. No code reads the minute today. It is there because
 * tokens stay in browsers for years, and a later rule may need it.
 */
export interface ActorTokens {
  issue(): string;
  /** Whether `issue` made this text, here or at another instance. */
  isGenuine(text: string): boolean;
}

const PREFIX = 'actor1_';
const FORM = /^actor1_[A-Za-z0-9_-]{48}$/;
const RANDOM_BYTES = 16;
const MINUTE_BYTES = 4;
const SEAL_BYTES = 16;
const MINUTE_MS = 60_000;

/**
 * @param secret the same on all instances
 * @param now milliseconds since 1970
 */
export function createActorTokens(secret: Buffer, now: () => number): ActorTokens {
  const hash = createKeyedHash(secret, SEAL_BYTES);

  function seal(content: Buffer): Buffer {
    return hash(`${PREFIX}${content.toString('hex')}`);
  }

  function issue(): string {
    const minute = Buffer.alloc(MINUTE_BYTES);
    minute.writeUInt32BE(Math.floor(now() / MINUTE_MS));
    const content = Buffer.concat([randomBytes(RANDOM_BYTES), minute]);
    return `${PREFIX}${Buffer.concat([content, seal(content)]).toString('base64url')}`;
  }

  function isGenuine(text: string): boolean {
    if (!FORM.test(text)) return false;
    const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
    const content = bytes.subarray(0, RANDOM_BYTES + MINUTE_BYTES);
    return timingSafeEqual(bytes.subarray(RANDOM_BYTES + MINUTE_BYTES), seal(content));
  }

  return { issue, isGenuine };
}
