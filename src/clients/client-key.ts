import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createKeyedHash } from '../platform/keyed-hash';

/**
 * API keys: `starling_<id>_<secret><seal>`.
 *
 * The id (64 bits, public) is what a key is looked up, listed and revoked by. The secret (256
 * random bits) is what makes it a key; only the SHA-256 of the whole text is stored. The seal (64
 * bits) is a keyed hash of id and secret: a text that was never made here is refused for the price
 * of two hashes, so a flood of them reaches neither the database nor the cache.
 */
export interface ClientKeys {
  make(): { keyId: string; text: string; hash: Buffer };
  /** null: no key that `make` made. */
  read(text: string): { keyId: string; hash: Buffer } | null;
}

const FORM = /^starling_([0-9a-f]{16})_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{11})$/;
const ID_BYTES = 8;
const SECRET_BYTES = 32;
const SEAL_BYTES = 8;

/** @param sealingSecret the same on all instances */
export function createClientKeys(sealingSecret: Buffer): ClientKeys {
  const hash = createKeyedHash(sealingSecret, SEAL_BYTES);
  const seal = (keyId: string, secret: string) => hash(`${keyId}_${secret}`);

  function make() {
    const keyId = randomBytes(ID_BYTES).toString('hex');
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const text = `starling_${keyId}_${secret}${seal(keyId, secret).toString('base64url')}`;
    return { keyId, text, hash: hashOf(text) };
  }

  function read(text: string) {
    const [, keyId, secret, given] = FORM.exec(text) ?? [];
    if (!keyId || !secret || !given) return null;
    if (!timingSafeEqual(Buffer.from(given, 'base64url'), seal(keyId, secret))) return null;
    return { keyId, hash: hashOf(text) };
  }

  return { make, read };
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
