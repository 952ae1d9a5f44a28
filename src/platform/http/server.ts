import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Longer than Nginx keeps an idle connection (nginx/: 60 s): the instance never closes one that Nginx is about to use. */
const KEEP_ALIVE_MS = 75_000;
const REQUEST_TIMEOUT_MS = 15_000;

export interface ListeningServer {
  port: number;
  /** Takes no new connection, lets requests under way finish for up to `timeoutMs`, then ends what is left. */
  drain(timeoutMs: number): Promise<void>;
}

/** @throws the system's error when the port is taken or not ours to take */
export async function listen(
  listener: RequestListener,
  host: string,
  port: number,
): Promise<ListeningServer> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    listener,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

  async function drain(timeoutMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs);
    await closed;
    clearTimeout(deadline);
  }

  return { port: (server.address() as AddressInfo).port, drain };
}
