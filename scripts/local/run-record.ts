import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { UserError } from '../command/user-error';
import type { DataFolder } from './data-folder';
import { endInOrder, type NamedProcess, untilGone } from './leftovers';
import { identify, isAlive, type ProcessIdentity } from './process-identity';
import { startWatchdog, type Watchdog } from './watchdog';

interface Recorded {
  starter: ProcessIdentity;
  /** Ends the processes that a killed starter leaves (watchdog.ts). */
  watchdog: ProcessIdentity | undefined;
  baseUrl: string;
  /** Empty until the database answers. */
  databaseUrl: string;
  processes: NamedProcess[];
}

/** Longer than Nginx, the instances and PostgreSQL take to stop, one after the other. */
const WATCHDOG_TIMEOUT_MS = 90_000;

/** The `npm start` that runs on this folder, if any. */
export function findRunning(folder: DataFolder): Recorded | undefined {
  const recorded = read(folder);
  return recorded && isAlive(recorded.starter) ? recorded : undefined;
}

/**
 * The processes that run on a data folder: the starter and every process that it has started, in a
 * file. It is the lock against a second start. If the starter is killed with -9, the watchdog reads
 * from it which processes are left; if the watchdog was killed too, the next start does.
 * (PostgreSQL has its own file, see embedded-postgres.ts.)
 */
export class RunRecord {
  readonly #folder: DataFolder;
  readonly #recorded: Recorded;
  readonly #watchdog: Watchdog;
  readonly #say: (line: string) => void;

  private constructor(
    folder: DataFolder,
    recorded: Recorded,
    watchdog: Watchdog,
    say: (line: string) => void,
  ) {
    this.#say = say;
    this.#folder = folder;
    this.#recorded = recorded;
    this.#watchdog = watchdog;
  }

  /** @throws UserError of one line when another start runs on this folder */
  static async claim(
    folder: DataFolder,
    baseUrl: string,
    say: (line: string) => void,
  ): Promise<RunRecord> {
    await clearAway(folder, say);
    const recorded = {
      starter: identify(process.pid)!,
      watchdog: undefined,
      baseUrl,
      databaseUrl: '',
      processes: [],
    };
    createRecord(folder, recorded);
    const watchdog = startWatchdog(folder);
    const record = new RunRecord(
      folder,
      { ...recorded, watchdog: watchdog.pid === undefined ? undefined : identify(watchdog.pid) },
      watchdog,
      say,
    );
    record.#write();
    return record;
  }

  setDatabase(databaseUrl: string): void {
    this.#recorded.databaseUrl = databaseUrl;
    this.#writeIfPossible();
  }

  add(name: string, pid: number): void {
    const identity = identify(pid);
    if (!identity) return; // it has ended already
    this.#recorded.processes.push({ name, ...identity });
    this.#writeIfPossible();
  }

  remove(pid: number): void {
    this.#recorded.processes = this.#recorded.processes.filter((each) => each.pid !== pid);
    this.#writeIfPossible();
  }

  release(): void {
    rmSync(this.#folder.running, { force: true });
    this.#watchdog.dismiss();
  }

  /**
   * If the disk is full, the running processes continue; the record is then out of date, which
   * matters only after a kill -9.
   */
  #writeIfPossible(): void {
    try {
      this.#write();
    } catch (error) {
      this.#say(`${this.#folder.running} could not be written: ${(error as Error).message}`);
    }
  }

  #write(): void {
    renameSync(writeBeside(this.#folder, this.#recorded), this.#folder.running);
  }
}

/**
 * Ends the processes of a start that has ended.
 *
 * @returns whether there was such a record
 */
export async function endAbandoned(folder: DataFolder): Promise<boolean> {
  const recorded = read(folder);
  if (!recorded || isAlive(recorded.starter)) return false;
  await endInOrder(recorded.processes);
  return true;
}

/** For the watchdog, after it has ended everything in the record of a killed start. */
export function forgetAbandoned(folder: DataFolder): void {
  const recorded = read(folder);
  if (recorded && !isAlive(recorded.starter)) rmSync(folder.running, { force: true });
}

/** @throws UserError of one line when another start runs on this folder */
async function clearAway(folder: DataFolder, say: (line: string) => void): Promise<void> {
  const other = read(folder);
  if (!other) return;
  if (isAlive(other.starter)) throw alreadyRunning(folder, other);
  if (other.watchdog && isAlive(other.watchdog)) {
    say('waiting until the processes of an earlier start have ended');
    await untilGone([other.watchdog], WATCHDOG_TIMEOUT_MS);
  }
  const left = other.processes.filter(isAlive);
  if (left.length > 0)
    say(
      `ending processes that an earlier start left running: ${left.map(({ name }) => name).join(', ')}`,
    );
  await endInOrder(left);
  forgetAbandoned(folder);
}

/**
 * Creates the file with a link, so that of two simultaneous starts one finds the file of the other.
 */
function createRecord(folder: DataFolder, recorded: Recorded): void {
  const unfinished = writeBeside(folder, recorded);
  try {
    linkSync(unfinished, folder.running);
  } catch (error) {
    const other = read(folder);
    if (!other) throw error;
    throw alreadyRunning(folder, other);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function alreadyRunning(folder: DataFolder, { starter, baseUrl }: Recorded): Error {
  return new UserError(
    `Starling is already running on ${folder.path} (pid ${starter.pid}, ${baseUrl}); stop it, or choose another --data and --port`,
  );
}

/**
 * Writes the file completely or not at all, for its owner only, since a database's URL contains a
 * password.
 *
 * @returns the name of the file
 */
function writeBeside(folder: DataFolder, recorded: Recorded): string {
  const unfinished = `${folder.running}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(recorded, null, 2), { mode: 0o600 });
  return unfinished;
}

function read(folder: DataFolder): Recorded | undefined {
  if (!existsSync(folder.running)) return undefined;
  try {
    return JSON.parse(readFileSync(folder.running, 'utf8')) as Recorded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // it ended in this moment
    throw new UserError(
      `${folder.running} cannot be read (${(error as Error).message}); if no Starling runs on this folder, remove it`,
    );
  }
}
