import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../scripts/local/free-ports';
import { answersOk } from '../../scripts/local/http-readiness';
import { instanceProcess } from '../../scripts/local/instance-process';
import { HOW_TO_GET_NGINX, obtainNginx } from '../../scripts/local/nginx-binary';
import { nginxProcess } from '../../scripts/local/nginx-process';
import { type ProcessSpec, SupervisedProcess } from '../../scripts/local/supervised-process';
import { packageRoot } from '../../src/platform/package-root';
import { type BenchRequest, type LoadResult, type Pace, sendLoad } from './load';

export type ServerKind = 'plain' | 'starling' | 'memory';

/** Whatever answers a workload. */
export interface Contender {
  name: string;
  kind: ServerKind | 'file' | 'pgbench';
  /** Of Node; behind Nginx if there are several. */
  instances: number;
  nodePids: number[];
  nginxPids: number[];
  send(requests: readonly BenchRequest[], pace: Pace): Promise<LoadResult>;
  stop(): Promise<void>;
}

export interface HttpContender extends Contender {
  url: string;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
const UNRECORDED = { add() {}, remove() {} };

/** @throws one line when something does not start, or there is no Nginx */
export async function startContender(
  kind: ServerKind,
  instances: number,
  databaseUrl: string,
  folder: string,
  environment: Record<string, string> = {},
): Promise<HttpContender> {
  const name = instances === 1 ? kind : `${kind} × ${instances} behind Nginx`;
  const ports = await freePorts(instances + 2);
  const [nginxPort, statusPort, ...instancePorts] = [...ports.splice(-2), ...ports] as [
    number,
    number,
    ...number[],
  ];
  const specs = instancePorts.map((port, index) =>
    serverProcess(kind, `${kind}-${index + 1}`, port, databaseUrl, folder, environment),
  );
  if (instances > 1)
    specs.push(
      nginxBefore(instancePorts, nginxPort, statusPort, path.join(folder, `${kind}-nginx`)),
    );
  const { pids, stop } = await startProcesses(specs);
  const url = `http://127.0.0.1:${instances > 1 ? nginxPort : instancePorts[0]}`;
  return {
    name,
    kind,
    instances,
    url,
    nodePids: pids.slice(0, instances),
    nginxPids: pids.slice(instances),
    send: (requests, pace) => sendLoad(url, requests, pace),
    stop,
  };
}

/**
 * What a hot page can cost at least: the same Nginx, with the same workers, log, time limits and
 * buffers, serving the page's bytes from a file, under the page's own path.
 */
export async function startFileContender(
  target: string,
  page: string,
  folder: string,
): Promise<HttpContender> {
  const [port, statusPort] = (await freePorts(2)) as [number, number];
  const file = path.join(folder, 'page.json');
  writeFileSync(file, page);
  chmodSync(file, 0o644); // for Nginx's workers
  const spec = nginxBefore([], port, statusPort, path.join(folder, 'file-nginx'));
  const server = `
server {
  listen 127.0.0.1:${port};
  location = ${target} {
    alias ${file};
  }
}
`;
  writeFileSync(path.join(folder, 'file-nginx', 'conf', 'starling', 'server.conf'), server);
  // No instance is behind it, which `upstream` does not allow.
  writeFileSync(path.join(folder, 'file-nginx', 'conf', 'starling', 'instances.conf'), '');
  const { pids, stop } = await startProcesses([spec]);
  const url = `http://127.0.0.1:${port}`;
  const send = (requests: readonly BenchRequest[], pace: Pace) => sendLoad(url, requests, pace);
  return {
    name: 'file',
    kind: 'file',
    instances: 0,
    url,
    nodePids: [],
    nginxPids: pids,
    send,
    stop,
  };
}

async function startProcesses(
  specs: readonly ProcessSpec[],
): Promise<{ pids: number[]; stop(): Promise<void> }> {
  const processes = specs.map(
    (spec) => new SupervisedProcess(spec, UNRECORDED, (line) => process.stderr.write(`${line}\n`)),
  );
  const { signal } = new AbortController();
  await Promise.all(processes.map((each) => each.start(START_TIMEOUT_MS, signal)));
  const stop = async () => {
    for (const each of processes.toReversed()) await each.stop(STOP_TIMEOUT_MS);
  };
  return { pids: processes.map(({ pid }) => pid!), stop };
}

function serverProcess(
  kind: ServerKind,
  name: string,
  port: number,
  databaseUrl: string,
  folder: string,
  environment: Record<string, string>,
): ProcessSpec {
  const spec = instanceProcess({
    name,
    port,
    databaseUrl,
    logFile: path.join(folder, `${name}.log`),
  });
  // All load comes from one address, so quotas are off here; `npm run bench:throttle` measures what
  // they cost.
  const env = { ...spec.env, LOG_LEVEL: 'warn', THROTTLE: 'off', ...environment };
  if (kind === 'starling') return { ...spec, env };
  const script = path.join(packageRoot, 'dist', 'bench', 'http', `${kind}-server.js`);
  return {
    ...spec,
    args: [script],
    env,
    isReady: () => answersOk(`http://127.0.0.1:${port}/readyz`),
  };
}

function nginxBefore(
  instancePorts: number[],
  port: number,
  statusPort: number,
  folder: string,
): ProcessSpec {
  const binary = obtainNginx((line) => process.stderr.write(`${line}\n`));
  if (!binary) throw new Error(HOW_TO_GET_NGINX);
  const logs = `${folder}-logs`;
  mkdirSync(logs, { recursive: true });
  const limits = { limitRate: '1000000r/s', limitBurst: 1_000_000 };
  return nginxProcess({ binary, port, statusPort, instancePorts, folder, logs, ...limits });
}
