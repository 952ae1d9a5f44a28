import type { Request, Response } from 'express';
import { createKeyedHash } from '../keyed-hash';
import type { ActorTokens } from './actor-token';
import { clientNetworkOf } from './client-network';
import { hasScope } from './principal';
import { Problem } from './problem';

/** Who votes or reports, as keyed hashes of 16 bytes each. */
export interface Actor {
  id: Buffer;
  /**
   * The client's network, to limit how many actors one network can be; null: the store's own server
   * vouches for the actor.
   */
  network: Buffer | null;
}

const HEADER = 'Starling-Actor';
const LENGTH_MAX = 128;
const HASH_BYTES = 16;

/**
 * Decides who counts as one actor (docs/decisions/0080-believe-only-signed-actors.md). In this order:
 *
 * 1. a token in `Starling-Actor` that this service issued;
 * 2. with a key of the scope `write`: any text in `Starling-Actor`;
 * 3. the client's address, IPv6 by its /64. A text that nobody vouches for is ignored.
 *
 * The three are hashed with different prefixes, so that one kind cannot imitate another.
 * @throws Problem `invalid-request` when the header is empty, over 128 characters, or sent twice
 */
export function createActorOf(
  secret: Buffer,
  tokens: ActorTokens,
): (request: Request, response: Response) => Actor {
  const hash = createKeyedHash(secret, HASH_BYTES);

  return (request, response) => {
    const given = readHeader(request);
    const { host, network } = clientNetworkOf(request.ip ?? '');
    const isVouchedFor = given !== undefined && hasScope(response, 'write');
    const hashedNetwork = isVouchedFor ? null : hash(`network ${network}`);
    if (given !== undefined && tokens.isGenuine(given)) {
      return { id: hash(`token ${given}`), network: hashedNetwork };
    }
    return {
      id: hash(isVouchedFor ? `actor ${given}` : `address ${host}`),
      network: hashedNetwork,
    };
  };
}

function readHeader(request: Request): string | undefined {
  const given = request.get(HEADER);
  if (given === undefined) return undefined;
  if (given.length === 0 || given.length > LENGTH_MAX)
    throw badHeader(`must have 1–${LENGTH_MAX} characters`);
  // Node joins repeated headers with a comma, which may stand in an opaque text too.
  if (given.includes(', ') && (request.headersDistinct[HEADER.toLowerCase()]?.length ?? 0) > 1) {
    throw badHeader('must be sent once');
  }
  return given;
}

function badHeader(message: string): Problem {
  return new Problem('invalid-request', { errors: [{ path: HEADER, message }] });
}
