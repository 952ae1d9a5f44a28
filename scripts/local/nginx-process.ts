import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { answersOk } from './http-readiness';
import { instanceServers, renderNginxConfiguration } from './nginx-configuration';
import type { ProcessSpec } from './supervised-process';

export interface NginxOptions {
  binary: string;
  port: number;
  statusPort: number;
  instancePorts: readonly number[];
  /** Emptied, then filled with configuration, cache and temporary files. */
  folder: string;
  logs: string;
  /** Requests per second from one address: `2000r/s`. A load test from one machine needs more. */
  limitRate?: string | undefined;
  limitBurst?: number | undefined;
  /** The proxies whose X-Forwarded-For Nginx trusts, as its directives (nginx/container.env). */
  trustedPeers?: string | undefined;
}

/** Runs Nginx in the foreground, on loopback only, from the templates of the containers. */
export function nginxProcess(options: NginxOptions): ProcessSpec {
  const { binary, port, statusPort, folder, logs } = options;
  const logFile = path.join(logs, 'nginx-error.log');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711); // if root starts it, the workers run as another user
  const configuration = renderNginxConfiguration(
    {
      NGINX_LISTEN: `127.0.0.1:${port}`,
      NGINX_STATUS_LISTEN: `127.0.0.1:${statusPort}`,
      NGINX_WORKERS: '2',
      NGINX_RUN_DIR: folder,
      NGINX_TEMP_DIR: path.join(makeFolderInMemory(folder) ?? folder, 'proxy'),
      NGINX_ACCESS_LOG: path.join(logs, 'nginx-access.log'),
      NGINX_ERROR_LOG: logFile,
      NGINX_LIMIT_RATE: options.limitRate ?? '2000r/s',
      NGINX_LIMIT_BURST: `${options.limitBurst ?? 4000}`,
      NGINX_TRUSTED_PEERS: options.trustedPeers ?? '',
      ...instanceServers(options.instancePorts),
    },
    path.join(folder, 'conf'),
  );
  return {
    name: 'nginx',
    command: binary,
    // -e: before it has read its configuration, it logs errors to a file of its package.
    args: ['-p', folder, '-c', configuration, '-e', logFile, '-g', 'daemon off;'],
    logFile,
    stopSignal: 'SIGQUIT',
    isReady: () => answersOk(`http://127.0.0.1:${statusPort}/nginx_status`),
  };
}

/**
 * The in-memory folder of Nginx's temporary files (cache-storage.conf has the reason): the same for
 * each start on `folder`. It holds only responses under way, so an empty folder remains.
 */
export function folderInMemory(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return `/dev/shm/starling-nginx-${name}`;
}

/**
 * Returns it empty. Undefined: the system has no such memory, or another user has taken the name.
 */
function makeFolderInMemory(folder: string): string | undefined {
  const inMemory = folderInMemory(folder);
  try {
    rmSync(inMemory, { recursive: true, force: true });
    mkdirSync(inMemory);
    chmodSync(inMemory, 0o711); // the workers run as another user
    return inMemory;
  } catch {
    return undefined;
  }
}
