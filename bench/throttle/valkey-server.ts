import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import {
  canInstallDebianPackage,
  howToGet,
  installDebianPackage,
} from '../../scripts/local/debian-package';
import { freePorts } from '../../scripts/local/free-ports';
import { until } from '../../scripts/local/poll';

export interface ValkeyServer {
  url: string;
  /** Kills the server without warning, like a machine that fails. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Accepts requests but does not answer them until `resume`. */
  pause(): void;
  resume(): void;
}

/**
 * Starts a Valkey or Redis that stores nothing on disk.
 * @throws if this machine has neither, with instructions to get one
 */
export async function startValkey(): Promise<ValkeyServer> {
  const binary = obtainBinary();
  const [port] = (await freePorts(1)) as [number];
  let server: ChildProcess;

  async function start(): Promise<void> {
    server = spawn(
      binary,
      ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      {
        stdio: 'ignore',
      },
    );
    await until('Valkey takes connections', () => accepts(port));
  }
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
  };
}

function obtainBinary(): string {
  const binary = obtainValkey((line) => process.stderr.write(`${line}\n`));
  if (!binary)
    throw new Error(`There is no valkey-server or redis-server here: ${howToGet('redis-server')}`);
  return binary;
}

/**
 * Returns the name of the binary, or undefined if there is none. With `say`, it first installs
 * Debian's redis-server if needed and possible.
 */
export function obtainValkey(say?: (line: string) => void): string | undefined {
  const present = findBinary();
  if (present || !say || !canInstallDebianPackage()) return present;
  installDebianPackage('redis-server', say);
  return findBinary();
}

function findBinary(): string | undefined {
  return ['valkey-server', 'redis-server'].find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.connect(port, '127.0.0.1');
  });
}
