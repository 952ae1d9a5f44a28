import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataFolder } from './data-folder';
import { identify, isAlive, type ProcessIdentity } from './process-identity';

interface Recorded {
  starter: ProcessIdentity;
  baseUrl: string;
  /** Empty until the database answers. */
  databaseUrl: string;
  processes: (ProcessIdentity & { name: string })[];
}

const END_TIMEOUT_MS = 10_000;

/** The `npm start` that runs on this folder now, if there is one. */
export function findRunning(folder: DataFolder): Recorded | undefined {
  const recorded = read(folder);
  return recorded && isAlive(recorded.starter) ? recorded : undefined;
}

/**
 * Who runs on a data folder: the starter and every process it has started, in a file. It is the lock against a second
 * start, and after a kill -9 of the starter it tells the next start which processes were left behind: they are ended only if
 * pid and time of birth are the recorded ones. (PostgreSQL keeps such a file of its own, see embedded-postgres.ts.)
 */
export class RunRecord {
  readonly #folder: DataFolder;
  readonly #recorded: Recorded;

  private constructor(
    folder: DataFolder,
    baseUrl: string,
    private readonly say: (line: string) => void,
  ) {
    this.#folder = folder;
    this.#recorded = { starter: identify(process.pid)!, baseUrl, databaseUrl: '', processes: [] };
    this.#write();
  }

  /** @throws an Error of one line when another start runs on this folder */
  static async claim(folder: DataFolder, baseUrl: string, say: (line: string) => void): Promise<RunRecord> {
    const other = read(folder);
    if (other && isAlive(other.starter)) {
      throw new Error(
        `Starling is already running on ${folder.path} (pid ${other.starter.pid}, ${other.baseUrl}); stop it, or choose another --data and --port`,
      );
    }
    if (other) await endLeftovers(other, say);
    return new RunRecord(folder, baseUrl, say);
  }

  setDatabase(databaseUrl: string): void {
    this.#recorded.databaseUrl = databaseUrl;
    this.#update();
  }

  add(name: string, pid: number): void {
    const identity = identify(pid);
    if (!identity) return; // it has ended already
    this.#recorded.processes.push({ name, ...identity });
    this.#update();
  }

  remove(pid: number): void {
    this.#recorded.processes = this.#recorded.processes.filter((each) => each.pid !== pid);
    this.#update();
  }

  release(): void {
    rmSync(this.#folder.running, { force: true });
  }

  /**
   * On a full disk the record grows old, and everything goes on: only the next start after a kill
   * -9 would miss it.
   */
  #update(): void {
    try {
      this.#write();
    } catch (error) {
      this.say(`could not update ${this.#folder.running}: ${(error as Error).message}`);
    }
  }

  /** Whole or not at all; only for the owner, since a database's URL may hold a password. */
  #write(): void {
    const unfinished = `${this.#folder.running}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(this.#recorded, null, 2), { mode: 0o600 });
    renameSync(unfinished, this.#folder.running);
  }
}

function read(folder: DataFolder): Recorded | undefined {
  if (!existsSync(folder.running)) return undefined;
  try {
    return JSON.parse(readFileSync(folder.running, 'utf8')) as Recorded;
  } catch (error) {
    throw new Error(
      `${folder.running} cannot be read (${(error as Error).message}); if no Starling runs on this folder, remove it`,
    );
  }
}

async function endLeftovers(recorded: Recorded, say: (line: string) => void): Promise<void> {
  const left = recorded.processes.filter(isAlive);
  if (left.length === 0) return;
  say(`ending what an earlier start left running: ${left.map(({ name }) => name).join(', ')}`);
  for (const { pid } of left) process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + END_TIMEOUT_MS;
  while (left.some(isAlive) && Date.now() < deadline) await sleep(20);
  for (const { pid } of left.filter(isAlive)) process.kill(pid, 'SIGKILL');
}
