import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';

/**
 * Processor time by kind of process, in milliseconds since the processes began. Trust it more than
 * requests per second: those change with what else the machine does, processor time per request
 * much less. Linux only (/proc/PID/stat).
 */
export interface ProcessorTimes {
  node: number;
  postgres: number;
  nginx: number;
}

/** The processes whose descendants count as a kind. */
export type ProcessRoots = Record<keyof ProcessorTimes, readonly number[]>;

/** The kernel's USER_HZ, which is 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/**
 * What the roots and all processes below them have used: Nginx's workers, PostgreSQL's backends.
 * The kernel adds the time of an ended process to its parent. So two measurements can be
 * subtracted, whatever processes started and ended between them.
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

/**
 * The process that all backends of this server descend from.
 *
 * @throws one line when the server runs on another machine
 */
export async function findPostmaster(databaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { pid } = rows[0]!;
    const stat = readStat(pid);
    if (!stat)
      throw new Error(
        `There is no process ${pid} here: the benchmark needs PostgreSQL on this machine`,
      );
    return stat.parent;
  } finally {
    await client.end();
  }
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
    // The name, in parentheses, may hold spaces. So the fields are counted from behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    // utime, stime, and the same of children that have ended (proc(5), fields 14 to 17).
    const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0);
    return { pid, parent: Number(fields[1]), processorMs: ticks * MS_PER_TICK };
  } catch {
    return undefined; // it ended
  }
}
