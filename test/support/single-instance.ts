import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request as httpRequest } from 'node:http';
import { freePorts } from '../../scripts/local/free-ports';
import { instanceProcess } from '../../scripts/local/instance-process';
import { until } from './poll';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One instance as a process. Nothing restarts it. */
export interface SingleInstance {
  port: number;
  process: ChildProcess;
  /** Its standard output and error so far. */
  said(): string;
  ended: Promise<Ended>;
}

/**
 * Starts it and does not wait. `environment` is added to the settings of every instance; `main` is
 * another build than this one.
 */
export async function startInstance(
  databaseUrl: string,
  environment: Record<string, string> = {},
  main?: string,
): Promise<SingleInstance> {
  const [port] = (await freePorts(1)) as [number];
  const spec = instanceProcess({ name: 'alone', port, databaseUrl, logFile: '' });
  const args = main ? [...spec.args.slice(0, -1), main] : spec.args;
  const child = spawn(spec.command, args, {
    env: { ...spec.env, THROTTLE: 'off', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk;
    });
  }
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  return { port, process: child, said: () => said, ended };
}

export function untilSaid(instance: SingleInstance, what: string): Promise<void> {
  return until(`the instance says "${what}"`, () => instance.said().includes(what), 60_000);
}

export interface KeptConnection {
  /** Always uses the same connection. @throws when it has ended */
  ask(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; headers: Record<string, unknown>; body: string }>;
  close(): void;
}

/** A connection as Nginx keeps them: opened once and reused. */
export function keepConnection(port: number): KeptConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask: KeptConnection['ask'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = body ? { 'Content-Type': 'application/json' } : {};
      const request = httpRequest(
        { host: '127.0.0.1', port, agent, method, path, headers },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => {
            text += chunk;
          });
          response.once('end', () =>
            resolve({ status: response.statusCode!, headers: response.headers, body: text }),
          );
        },
      );
      request.once('error', reject);
      request.end(body && JSON.stringify(body));
    });
  return { ask, close: () => agent.destroy() };
}
