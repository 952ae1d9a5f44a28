import { rmSync } from 'node:fs';

export default async function globalTeardown(): Promise<void> {
  const server = globalThis.starlingTestServer;
  await server?.postgres.stop();
  if (server) rmSync(server.folder, { recursive: true, force: true });
}
