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
  /** Emptied and filled: configuration, cache, temporary files. */
  folder: string;
  logs: string;
  /** Requests a second of one address: `2000r/s`. A load test from one machine raises it. */
  limitRate?: string | undefined;
  limitBurst?: number | undefined;
  /** Whose X-Forwarded-For is believed, as Nginx's directives (nginx/container.env). */
  trustedPeers?: string | undefined;
}

/** Nginx in the foreground, on loopback only, from the template that the containers use too. */
export function nginxProcess(options: NginxOptions): ProcessSpec {
  const { binary, port, statusPort, folder, logs } = options;
  const logFile = path.join(logs, 'nginx-error.log');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o711); // started by root, the workers are another user
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
    // -e: before it has read its configuration it would complain into a file of its package.
    args: ['-p', folder, '-c', configuration, '-e', logFile, '-g', 'daemon off;'],
    logFile,
    stopSignal: 'SIGQUIT',
    isReady: () => answersOk(`http://127.0.0.1:${statusPort}/nginx_status`),
  };
}

/**
 * Where Nginx has its temporary files, in memory (cache-storage.conf says why): the same for each
 * start on `folder`. They are answers under way only, so what stays is an empty folder.
 */
export function folderInMemory(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return `/dev/shm/starling-nginx-${name}`;
}

/** Empty. Undefined: this system has no such memory, or another user has taken the name. */
function makeFolderInMemory(folder: string): string | undefined {
  const inMemory = folderInMemory(folder);
  try {
    rmSync(inMemory, { recursive: true, force: true });
    mkdirSync(inMemory);
    chmodSync(inMemory, 0o711); // the workers are another user
    return inMemory;
  } catch {
    return undefined;
  }
}
