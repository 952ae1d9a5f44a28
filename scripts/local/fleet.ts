import path from 'node:path';
import type { DataFolder } from './data-folder';
import { instanceProcess } from './instance-process';
import { nginxProcess } from './nginx-process';
import type { RunRecord } from './run-record';
import type { Ports } from './start-program';
import type { StopSwitch } from './stop-switch';
import { SupervisedProcess } from './supervised-process';

const READY_TIMEOUT_MS = 60_000;
/** Longer than the longest drain of an instance (SHUTDOWN_TIMEOUT_MS in src/platform/config.ts). */
const STOP_TIMEOUT_MS = 12_000;

export interface FleetOptions {
  instancePorts: readonly number[];
  ports: Ports;
  limitRate: string | undefined;
  limitBurst: number | undefined;
  trustedPeers: string | undefined;
  databaseUrl: string;
  /** The Nginx binary. Undefined: the only instance listens on the port of Nginx. */
  nginx: string | undefined;
  folder: DataFolder;
  record: RunRecord;
  stopping: StopSwitch;
  say(line: string): void;
}

export interface RunningInstance {
  name: string;
  port: number;
  pid: number | undefined;
}

/** Starts the instances and Nginx in parallel and waits until all are ready. Nginx stops first. */
export async function startFleet(options: FleetOptions): Promise<RunningInstance[]> {
  const { instancePorts, databaseUrl, folder, record, stopping, say } = options;
  const instances = instancePorts.map((port, index) => {
    const name = `instance-${index + 1}`;
    const logFile = path.join(folder.logs, `${name}.log`);
    const spec = instanceProcess({ name, port, databaseUrl, logFile });
    // Until the instances have counted each other, each allows its part of a quota.
    spec.env = { THROTTLE_INSTANCES: `${instancePorts.length}`, ...spec.env };
    return { name, port, process: new SupervisedProcess(spec, record, say) };
  });
  const processes = instances.map((instance) => instance.process);
  closeTogether('the instances', processes, stopping);
  const nginx = nginxBefore(options);
  if (nginx) closeTogether('Nginx', [nginx], stopping);

  const all = nginx ? [...processes, nginx] : processes;
  await Promise.all(all.map((each) => each.start(READY_TIMEOUT_MS, stopping.signal)));
  return instances.map(({ name, port, process }) => ({ name, port, pid: process.pid }));
}

function nginxBefore(options: FleetOptions) {
  const { nginx, ports, instancePorts, folder, record, say, limitRate, limitBurst, trustedPeers } =
    options;
  if (!nginx) return undefined;
  const spec = nginxProcess({
    binary: nginx,
    port: ports.nginx,
    statusPort: ports.nginxStatus,
    instancePorts,
    folder: folder.nginx,
    logs: folder.logs,
    limitRate,
    limitBurst,
    trustedPeers,
  });
  return new SupervisedProcess(spec, record, say);
}

function closeTogether(
  name: string,
  processes: readonly SupervisedProcess[],
  stopping: StopSwitch,
): void {
  stopping.onClose({
    name,
    close: async () => {
      await Promise.all(processes.map((each) => each.stop(STOP_TIMEOUT_MS)));
    },
    kill: () => {
      for (const each of processes) each.kill();
    },
  });
}
