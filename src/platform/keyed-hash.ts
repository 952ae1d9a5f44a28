import { createHmac, createSecretKey, hash } from 'node:crypto';

/**
 * The first `length` bytes of a text's HMAC-SHA-256. The key is made ready once: given the secret's bytes instead, Node does so for
 * every hash, which is 8 of 10 µs (docs/decisions/0044).
 */
export function createKeyedHash(secret: Buffer, length: number): (text: string) => Buffer {
  const key = createSecretKey(secret);
  return (text) => createHmac('sha256', key).update(text).digest().subarray(0, length);
}

/**
 * The first 16 bytes of the SHA-256 of the secret and the text, for names that are made for every
 * write and kept for minutes: 1.5 µs, where the HMAC takes 3.7. Nothing can be appended to what was
 * hashed, as half of the digest is not shown.
 */
export function createKeyedName(secret: Buffer): (text: string) => Buffer {
  const prefix = secret.toString('base64');
  return (text) => hash('sha256', prefix + text, 'buffer').subarray(0, 16);
}
