import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity';

/** The longest drain of an instance (SHUTDOWN_TIMEOUT_MS in src/platform/config.ts). */
const END_TIMEOUT_MS = 12_000;

export type NamedProcess = ProcessIdentity & { name: string };

/**
 * Ends processes whose starter has ended, in the order of a normal stop: Nginx first, after it has
 * answered its requests, then the others. A process is ended only if its pid and start time are the
 * recorded ones. If it does not end within 12 s, it is killed with its group.
 */
export async function endInOrder(processes: readonly NamedProcess[]): Promise<void> {
  const left = processes.filter(isAlive);
  const isNginx = ({ name }: NamedProcess) => name === 'nginx';
  await end(left.filter(isNginx), 'SIGQUIT');
  await end(
    left.filter((each) => !isNginx(each)),
    'SIGTERM',
  );
}

async function end(processes: readonly NamedProcess[], stopSignal: NodeJS.Signals): Promise<void> {
  for (const each of processes) send(each.pid, stopSignal);
  await untilGone(processes, END_TIMEOUT_MS);
  for (const each of processes.filter(isAlive)) {
    send(-each.pid, 'SIGKILL'); // Nginx's workers outlive a master that was killed
    send(each.pid, 'SIGKILL'); // the seeder has no group of its own
  }
}

/** @returns whether all have ended */
export async function untilGone(
  processes: readonly ProcessIdentity[],
  timeoutMs: number,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (processes.some(isAlive) && Date.now() < deadline) await sleep(20);
  return !processes.some(isAlive);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended meanwhile
  }
}
