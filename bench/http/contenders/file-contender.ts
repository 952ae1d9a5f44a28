import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../../scripts/local/free-ports';
import { sendLoad } from '../load/load';
import type { HttpContender } from './contender';
import { nginxBefore, nginxFile } from './nginx-before';
import { startProcesses } from './start-processes';

/**
 * The least that a hot page can cost: the same Nginx, with the same workers, log, time limits and
 * buffers, serves the page of `starling` from a file, under the page's own path.
 */
export async function startFileContender(
  starling: HttpContender,
  target: string,
  folder: string,
): Promise<HttpContender> {
  const [port, statusPort] = (await freePorts(2)) as [number, number];
  const file = path.join(folder, 'page.json');
  writeFileSync(file, await (await fetch(`${starling.url}${target}`)).text());
  chmodSync(file, 0o644); // for Nginx's workers
  const own = path.join(folder, 'file-nginx');
  const spec = nginxBefore([], port, statusPort, own);
  const server = `
server {
  listen 127.0.0.1:${port};
  location = ${target} {
    alias ${file};
  }
}
`;
  writeFileSync(nginxFile(own, 'server.conf'), server);
  // No instance is behind it, which `upstream` does not allow.
  writeFileSync(nginxFile(own, 'instances.conf'), '');
  const { pids, stop } = await startProcesses([spec]);
  const url = `http://127.0.0.1:${port}`;
  return {
    name: 'file',
    kind: 'file',
    instances: 0,
    url,
    databaseUrl: null,
    roots: { node: [], nginx: pids, postgres: [] },
    send: (requests, pace) => sendLoad(url, requests, pace),
    stop,
  };
}
