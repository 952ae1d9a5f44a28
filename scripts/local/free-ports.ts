import { createServer } from 'node:net';
import { UserError } from '../command/user-error';

/** @throws UserError of one line that names the first port that is not free, and what it is for */
export async function requireFreePorts(
  wanted: readonly { port: number; for: string }[],
): Promise<void> {
  for (const { port, for: whom } of wanted) {
    const failure = await tryToListen(port);
    if (!failure) continue;
    const reason = failure.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${failure.code})`;
    throw new UserError(`Port ${port}, for ${whom}, ${reason}; choose other ports with --port`);
  }
}

function tryToListen(port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)));
  });
}

/**
 * Below the ports of outgoing connections (from 32768 on Linux, 49152 on macOS). A server that is
 * killed and starts again on its port must not find a connection of another program there.
 */
const FIRST_PORT = 10_000;
const PORTS = 20_000;
/** Processes that look for ports at the same time begin at different ports. */
let offset = (process.pid * 127) % PORTS;

/** Returns `count` different ports on which nothing listens at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    offset = (offset + 1) % PORTS;
    const port = FIRST_PORT + offset;
    if (!(await tryToListen(port))) found.push(port);
  }
  return found;
}
