import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { refuseConnect, refuseUnreadable } from './unreadable-requests';

/**
 * How long a connection may be idle. Nginx closes idle connections after 2 s (nginx/:
 * instances.conf), so that the instance never closes one on which Nginx is about to send. Nginx could
 * not repeat a POST that was lost that way. The value is three times that, because timers run late
 * on a busy machine.
 */
const KEEP_ALIVE_MS = 6_000;
const REQUEST_TIMEOUT_MS = 15_000;

export interface ListeningServer {
  port: number;
  /**
   * Accepts no new connections, and waits until the peers have closed the open ones. Requests on them
   * are still served, and the answers carry `Connection: close`. After `timeoutMs`, closes the
   * connections that are left.
   *
   * @returns how many requests were cut off
   */
  drain(timeoutMs: number): Promise<number>;
}

/** @throws the system's error when the port is in use or not permitted */
export async function listen(
  listener: RequestListener,
  host: string,
  port: number,
): Promise<ListeningServer> {
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      optimizeEmptyRequests: true, // no stream events for a request without a body: a sixteenth of what a refusal costs
    },
    listener,
  );
  server.on('clientError', (error, socket) => refuseUnreadable(error, socket as Socket));
  server.on('connect', (_request, socket) => refuseConnect(socket as Socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

  async function drain(timeoutMs: number): Promise<number> {
    let cutOff = 0;
    server.maxRequestsPerSocket = 1; // counted from now on: the next answer on each connection ends it
    // Not http.Server's own close: it would first close idle connections, on which a request may be
    // under way to us.
    const closed = new Promise<void>((resolve) =>
      NetServer.prototype.close.call(server, () => resolve()),
    );
    const deadline = setTimeout(() => {
      server.closeIdleConnections();
      server.getConnections((_error, busy) => {
        cutOff = busy;
        server.closeAllConnections();
      });
    }, timeoutMs);
    await closed;
    clearTimeout(deadline);
    return cutOff;
  }

  return { port: (server.address() as AddressInfo).port, drain };
}
