import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that got the same pid by when it began. */
export interface ProcessIdentity {
  pid: number;
  birth: string;
}

/** Undefined: there is no such process (any more). */
export function identify(pid: number): ProcessIdentity | undefined {
  const birth = process.platform === 'linux' ? birthInProc(pid) : askPs(pid, 'lstart');
  return birth === undefined ? undefined : { pid, birth };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.birth === identity.birth;
}

/** What it was started with; undefined: there is no such process. */
export function commandLine(pid: number): string | undefined {
  if (process.platform !== 'linux') return askPs(pid, 'command');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Clock ticks from boot to the start of the process: the 22nd field. The second, a name, may hold
 * spaces and brackets.
 */
function birthInProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18]; // a zombie has ended; nobody has asked how yet
  } catch {
    return undefined;
  }
}

function askPs(pid: number, column: string): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', `${pid}`], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
}
