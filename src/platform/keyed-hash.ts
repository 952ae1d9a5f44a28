import { createHmac, createSecretKey } from 'node:crypto';

/**
 * Makes a function that returns the first `length` bytes (at most 32) of a text's HMAC-SHA-256. It
 * prepares the key once. If Node gets the secret's bytes instead, it prepares a key per hash, which
 * takes 8 of 10 µs (docs/decisions/0044).
 */
export function createKeyedHash(secret: Buffer, length: number): (text: string) => Buffer {
  const key = createSecretKey(secret);
  return (text) => createHmac('sha256', key).update(text).digest().subarray(0, length);
}
