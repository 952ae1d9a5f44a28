import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../scripts/local/free-ports';
import { HOW_TO_GET_NGINX, obtainNginx } from '../../scripts/local/nginx-binary';
import { folderInMemory, type NginxOptions, nginxProcess } from '../../scripts/local/nginx-process';
import { SupervisedProcess } from '../../scripts/local/supervised-process';
import { temporaryFolder } from './temporary-folder';

const START_TIMEOUT_MS = 60_000;

export interface TestNginx {
  url: string;
  statusUrl: string;
  /** The parsed lines of the access log so far. Nginx writes it at most a second late. */
  accessLog(): Record<string, unknown>[];
  errorLog(): string;
  /** Its configuration, cache and pid. */
  folder: string;
  /** `nginx-access.log` and `nginx-error.log`. */
  logs: string;
  stop(): Promise<void>;
}

/** @throws one line that says how to get Nginx, if it is missing and cannot be installed */
export function requireNginx(): string {
  const binary = obtainNginx();
  if (!binary) throw new Error(HOW_TO_GET_NGINX);
  return binary;
}

/**
 * A real Nginx on a free port, before the listeners on `instancePorts`. `accessLog`: a file or device
 * in place of its own.
 */
export async function startNginx(
  instancePorts: readonly number[],
  limits: Pick<NginxOptions, 'limitRate' | 'limitBurst'> = {},
  accessLog?: string,
): Promise<TestNginx> {
  const [port, statusPort] = (await freePorts(2)) as [number, number];
  const root = temporaryFolder('nginx');
  const logs = path.join(root, 'logs');
  mkdirSync(logs);
  if (accessLog) symlinkSync(accessLog, path.join(logs, 'nginx-access.log'));
  const spec = nginxProcess({
    binary: requireNginx(),
    port,
    statusPort,
    instancePorts,
    folder: path.join(root, 'run'),
    logs,
    ...limits,
  });
  const nginx = new SupervisedProcess(spec, { add() {}, remove() {} }, () => {});
  try {
    await nginx.start(START_TIMEOUT_MS, new AbortController().signal);
  } catch (error) {
    nginx.kill();
    throw error;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    statusUrl: `http://127.0.0.1:${statusPort}/nginx_status`,
    accessLog: () => {
      const lines = readFileSync(path.join(logs, 'nginx-access.log'), 'utf8').trim().split('\n');
      return lines.filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    errorLog: () => readFileSync(spec.logFile, 'utf8'),
    folder: path.join(root, 'run'),
    logs,
    stop: async () => {
      await nginx.stop(5_000);
      for (const each of [root, folderInMemory(path.join(root, 'run'))])
        rmSync(each, { recursive: true, force: true });
    },
  };
}
