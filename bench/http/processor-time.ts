import { readdirSync, readFileSync } from 'node:fs';

/**
 * Processor time by kind of process, in milliseconds since they began. On a shared machine it is
 * the figure to trust: requests per second move with the neighbours, processor time a request much
 * less. Linux only (/proc/PID/stat).
 */
export interface ProcessorTimes {
  node: number;
  postgres: number;
  nginx: number;
}

/** The processes that each kind descends from. */
export type ProcessRoots = Record<keyof ProcessorTimes, readonly number[]>;

/** The kernel's USER_HZ, which is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/**
 * What the roots and everything below them have used: Nginx's workers, PostgreSQL's backends. Those
 * that have ended count too, by what the kernel has added to their parent; so two readings can be
 * subtracted whatever came and went between them.
 */
export function readProcessorTimes(roots: ProcessRoots): ProcessorTimes {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const treeMs = (pid: number): number => {
    const own = stats.find((stat) => stat.pid === pid)?.processorMs ?? 0;
    return stats
      .filter((stat) => stat.parent === pid)
      .reduce((total, child) => total + treeMs(child.pid), own);
  };
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + treeMs(pid), 0);
  return { node: sum(roots.node), postgres: sum(roots.postgres), nginx: sum(roots.nginx) };
}

export function parentOf(pid: number): number {
  const stat = readStat(pid);
  if (!stat)
    throw new Error(
      `There is no process ${pid} here: the benchmark needs PostgreSQL on this machine`,
    );
  return stat.parent;
}

/** Resident memory in MB; 0 for a process that has ended. */
export function residentMb(pid: number): number {
  try {
    return (
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
    );
  } catch {
    return 0;
  }
}

function readStat(pid: number): { pid: number; parent: number; processorMs: number } | undefined {
  try {
    // The name, in parentheses, may hold spaces: the fields are counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    // utime, stime, and the same of children that have ended (proc(5), fields 14 to 17).
    const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0);
    return { pid, parent: Number(fields[1]), processorMs: ticks * MS_PER_TICK };
  } catch {
    return undefined; // it ended
  }
}
