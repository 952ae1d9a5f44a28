import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process. Its start time tells it apart from a later process with the same pid. */
export interface ProcessIdentity {
  pid: number;
  birth: string;
}

/** Undefined: no such process runs. */
export function identify(pid: number): ProcessIdentity | undefined {
  const birth = process.platform === 'linux' ? birthInProc(pid) : askPs(pid, 'lstart');
  return birth === undefined ? undefined : { pid, birth };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.birth === identity.birth;
}

/** Its command line; undefined: no such process runs. */
export function commandLine(pid: number): string | undefined {
  if (process.platform !== 'linux') return askPs(pid, 'command');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Clock ticks from boot to the start of the process: the 22nd field. The second field, a name, may
 * contain spaces and brackets.
 */
function birthInProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18]; // a zombie has ended; its parent has not read its exit code yet
  } catch {
    return undefined;
  }
}

function askPs(pid: number, column: string): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', `${pid}`], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
}
