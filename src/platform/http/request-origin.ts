import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { createKeyedName } from '../keyed-name';
import { clientNetworkOf } from './client-network';
import { hasScope } from './principal';

/**
 * Where a request comes from: keyed names of the client's address and of its network
 * (client-network.ts).
 */
export interface Origin {
  host: number;
  network: number;
}

/**
 * @param addressOf the client's address as the trusted proxy reports it (client-address.ts)
 * @returns null for a request with a key of the scope `write`, because it comes from the store's own
 * server and not from the shopper
 */
export function createOriginOf(
  secret: Buffer,
  addressOf: (request: IncomingMessage) => string,
): (request: Request, response: Response) => Origin | null {
  const nameOf = createKeyedName(secret);

  return (request, response) => {
    if (hasScope(response, 'write')) return null;
    const { host, network } = clientNetworkOf(addressOf(request));
    return { host: nameOf(`host ${host}`), network: nameOf(`network ${network}`) };
  };
}
