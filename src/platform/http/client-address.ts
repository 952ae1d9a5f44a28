import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Is the peer of a connection a trusted proxy? It is judged once a connection. */
export type IsProxy = (socket: Socket) => boolean;

/** @param trustedProxies addresses, networks, or loopback, linklocal, uniquelocal */
export function createIsProxy(trustedProxies: readonly string[]): IsProxy {
  const trusts = proxyAddr.compile([...trustedProxies]);
  const judged = new WeakMap<Socket, boolean>();

  return (socket) => {
    const known = judged.get(socket);
    if (known !== undefined) return known;
    const trusted = trusts(socket.remoteAddress ?? '', 0);
    judged.set(socket, trusted);
    return trusted;
  };
}

/**
 * The client's address, the same that Express gives as `request.ip` (it uses the same library), for
 * what is decided in front of Express. A proxy's one address, by far the most common case, costs a
 * look at the header: who is at the other end of a connection is judged once a connection.
 *
 * @param trustedProxies whose `X-Forwarded-For` is believed: addresses, networks, or loopback,
 * linklocal, uniquelocal
 * @returns the address as text; empty when the connection is gone
 */
export function createClientAddress(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string {
  const trusts = proxyAddr.compile([...trustedProxies]);
  const isProxy = createIsProxy(trustedProxies);

  return (request) => {
    const forwarded = request.headers['x-forwarded-for'] as string | undefined; // several are joined to one by Node
    if (!forwarded || !isProxy(request.socket)) return request.socket.remoteAddress ?? '';
    return LISTS.test(forwarded) ? proxyAddr(request, trusts) : forwarded;
  };
}

/** More than one address. */
const LISTS = /[, ]/;
