import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../../scripts/local/free-ports';
import { answersOk } from '../../../scripts/local/http-readiness';
import { instanceProcess } from '../../../scripts/local/instance-process';
import type { ProcessSpec } from '../../../scripts/local/supervised-process';
import { packageRoot } from '../../../src/platform/package-root';
import { sendLoad } from '../load/load';
import { findPostmaster } from '../measure/processor-time';
import { type HttpContender, nameContender } from './contender';
import { balanceWritesToo, nginxBefore } from './nginx-before';
import { startProcesses } from './start-processes';

export type ServerKind = 'textbook' | 'starling' | 'memory';

export interface Server {
  kind: ServerKind;
  /** Its name in tables; by default its kind. */
  label?: string;
  instances: number;
  databaseUrl: string;
  /** For logs and Nginx's files. */
  folder: string;
  environment?: Record<string, string>;
  /** The compiled tree whose service runs; by default this one. Only for `starling`. */
  checkout?: string;
}

/**
 * Starts the instances and, if there are several, Nginx before them.
 *
 * @throws one line when a process does not start, or there is no Nginx
 */
export async function startContender(server: Server): Promise<HttpContender> {
  const { kind, label = kind, instances, databaseUrl, folder } = server;
  const ports = await freePorts(instances + 2);
  const [nginxPort, statusPort, ...instancePorts] = ports as [number, number, ...number[]];
  const fileName = label.replaceAll(/\W+/g, '-');
  const specs = instancePorts.map((port, index) =>
    serverProcess(server, `${fileName}-${instances}-${index + 1}`, port),
  );
  if (instances > 1) {
    const nginxFolder = path.join(folder, `${fileName}-nginx`);
    specs.push(nginxBefore(instancePorts, nginxPort, statusPort, nginxFolder));
    if (kind === 'textbook') balanceWritesToo(nginxFolder);
  }
  const { pids, stop } = await startProcesses(specs);
  const url = `http://127.0.0.1:${instances > 1 ? nginxPort : instancePorts[0]}`;
  const usesDatabase = kind !== 'memory';
  return {
    name: nameContender(label, instances),
    kind,
    instances,
    url,
    databaseUrl: usesDatabase ? databaseUrl : null,
    roots: {
      node: pids.slice(0, instances),
      nginx: pids.slice(instances),
      postgres: usesDatabase ? [await findPostmaster(databaseUrl)] : [],
    },
    send: (requests, pace) => sendLoad(url, requests, pace),
    stop,
  };
}

function serverProcess(server: Server, name: string, port: number): ProcessSpec {
  const { kind, databaseUrl, folder, environment, checkout = packageRoot } = server;
  mkdirSync(folder, { recursive: true });
  const logFile = path.join(folder, `${name}.log`);
  const spec = instanceProcess({ name, port, databaseUrl, logFile });
  // All load comes from one address, so quotas are off here; `npm run bench:throttle` measures what
  // they cost.
  const env = { ...spec.env, LOG_LEVEL: 'warn', THROTTLE: 'off', ...environment };
  if (kind === 'starling') {
    const main = path.join(checkout, 'dist', 'src', 'main.js');
    return { ...spec, env, args: [...spec.args.slice(0, -1), main] };
  }
  const script = path.join(__dirname, `${kind}-server.js`);
  const isReady = () => answersOk(`http://127.0.0.1:${port}/readyz`);
  return { ...spec, args: [script], env, isReady };
}
