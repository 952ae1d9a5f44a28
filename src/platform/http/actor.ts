import type { Request } from 'express';
import { createKeyedHash } from '../keyed-hash';
import { Problem } from './problem';

/** Who votes or reports, as 16 bytes that say nothing about them. */
export type Actor = Buffer;

const HEADER = 'Starling-Actor';
const LENGTH_MAX = 128;
const ACTOR_BYTES = 16;

/**
 * The opaque `Starling-Actor` that the storefront sends for its shopper, else the client's address; both only as a keyed
 * hash. The two cannot collide: they are hashed under different prefixes.
 *
 * @throws Problem `invalid-request` when the header is empty or over 128 characters
 */
export function createActorOf(secret: Buffer): (request: Request) => Actor {
  const hash = createKeyedHash(secret, ACTOR_BYTES);

  return (request) => {
    const given = request.get(HEADER);
    if (given === undefined) return hash(`address ${request.ip}`);
    if (given.length === 0 || given.length > LENGTH_MAX) {
      throw new Problem('invalid-request', {
        errors: [{ path: HEADER, message: `must have 1–${LENGTH_MAX} characters` }],
      });
    }
    return hash(`actor ${given}`);
  };
}
