import { type AddressInfo, createServer, type Server } from 'node:net';

/** @throws an Error of one line that names the first port which cannot be had, and whom it is for */
export async function requireFreePorts(wanted: readonly { port: number; for: string }[]): Promise<void> {
  for (const { port, for: whom } of wanted) {
    const failure = await tryToListen(port);
    if (!failure) continue;
    const reason = failure.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${failure.code})`;
    throw new Error(`Port ${port}, for ${whom}, ${reason}; choose other ports with --port`);
  }
}

function tryToListen(port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)));
  });
}

/** As many ports as asked for, all different, that nothing listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

function listenAnywhere(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => resolve(probe));
  });
}
