import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Whether the peer of a connection is a trusted proxy, computed once per connection. */
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
 * Finds the client's address for code in front of Express. It equals Express's `request.ip`, and
 * uses the same library. In the usual case, a header with one address, it only reads the header.
 *
 * @param trustedProxies the proxies whose `X-Forwarded-For` counts: addresses, networks, or
 * loopback, linklocal, uniquelocal
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

/** Matches a header with more than one address. */
const LISTS = /[, ]/;
