import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { createKeyedName } from '../keyed-hash';
import { clientNetworkOf } from './client-network';
import { hasScope } from './principal';

/**
 * Where a request comes from: keyed hashes of the client's address and of its network, 16 bytes
 * each (client-network.ts).
 */
export interface Origin {
  host: Buffer;
  network: Buffer;
}

/**
 * @param addressOf the client's address as the trusted proxy reports it (client-address.ts)
 * @returns null for a request with a key of the scope `write`: it comes from the store's own
 * server, whoever it speaks for
 */
export function createOriginOf(
  secret: Buffer,
  addressOf: (request: IncomingMessage) => string,
): (request: Request, response: Response) => Origin | null {
  const hash = createKeyedName(secret);

  return (request, response) => {
    if (hasScope(response, 'write')) return null;
    const { host, network } = clientNetworkOf(addressOf(request));
    return { host: hash(`host ${host}`), network: hash(`network ${network}`) };
  };
}
