import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { freePorts } from '../local/free-ports';
import { answersOk } from '../local/http-readiness';
import { instanceProcess } from '../local/instance-process';
import { HOW_TO_GET_NGINX, obtainNginx } from '../local/nginx-binary';
import { nginxProcess } from '../local/nginx-process';
import { type ProcessSpec, SupervisedProcess } from '../local/supervised-process';

export type ContenderKind = 'plain' | 'starling' | 'memory';

/** A server, or six behind Nginx, that load can be sent to. */
export interface Contender {
  name: string;
  kind: ContenderKind;
  instances: number;
  url: string;
  nodePids: number[];
  nginxPids: number[];
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
const UNRECORDED = { add() {}, remove() {} };

/** @throws one line when something does not start, or there is no Nginx */
export async function startContender(
  kind: ContenderKind,
  instances: number,
  databaseUrl: string,
  folder: string,
): Promise<Contender> {
  const name = instances === 1 ? kind : `${kind} × ${instances} behind Nginx`;
  const ports = await freePorts(instances + 2);
  const [nginxPort, statusPort, ...instancePorts] = [...ports.splice(-2), ...ports] as [
    number,
    number,
    ...number[],
  ];
  const specs = instancePorts.map((port, index) =>
    serverProcess(kind, `${kind}-${index + 1}`, port, databaseUrl, folder),
  );
  if (instances > 1)
    specs.push(nginxBefore(instancePorts, nginxPort, statusPort, path.join(folder, `${kind}-nginx`)));
  const processes = specs.map(
    (spec) => new SupervisedProcess(spec, UNRECORDED, (line) => process.stderr.write(`${line}\n`)),
  );
  const { signal } = new AbortController();
  await Promise.all(processes.map((each) => each.start(START_TIMEOUT_MS, signal)));
  const pids = processes.map(({ pid }) => pid!);
  return {
    name,
    kind,
    instances,
    url: `http://127.0.0.1:${instances > 1 ? nginxPort : instancePorts[0]}`,
    nodePids: pids.slice(0, instances),
    nginxPids: pids.slice(instances),
    stop: async () => {
      for (const each of processes.toReversed()) await each.stop(STOP_TIMEOUT_MS);
    },
  };
}

function serverProcess(
  kind: ContenderKind,
  name: string,
  port: number,
  databaseUrl: string,
  folder: string,
): ProcessSpec {
  const spec = instanceProcess({ name, port, databaseUrl, logFile: path.join(folder, `${name}.log`) });
  // All load comes from one address, so quotas are off here; `npm run bench:throttle` measures what they cost.
  const env = { ...spec.env, LOG_LEVEL: 'warn', THROTTLE: 'off' };
  if (kind === 'starling') return { ...spec, env };
  const script = path.join(packageRoot, 'dist', 'scripts', 'bench', `${kind}-server.js`);
  return { ...spec, args: [script], env, isReady: () => answersOk(`http://127.0.0.1:${port}/readyz`) };
}

function nginxBefore(instancePorts: number[], port: number, statusPort: number, folder: string): ProcessSpec {
  const binary = obtainNginx((line) => process.stderr.write(`${line}\n`));
  if (!binary) throw new Error(HOW_TO_GET_NGINX);
  const logs = `${folder}-logs`;
  mkdirSync(logs, { recursive: true });
  const limits = { limitRate: '1000000r/s', limitBurst: 1_000_000 };
  return nginxProcess({ binary, port, statusPort, instancePorts, folder, logs, ...limits });
}
