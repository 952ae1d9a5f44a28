import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 10_000;
/** Having lived this long, a process is thought well: its next end is answered at once again. */
const WELL_MS = 30_000;
const POLL_MS = 25;

export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** What it says on standard output and error; begun anew by `start`. */
  logFile: string;
  /** How to ask it to end when it has finished what is under way. */
  stopSignal: NodeJS.Signals;
  isReady(): Promise<boolean>;
}

/** Told of every process that begins and ends (run-record.ts). */
export interface ProcessRecord {
  add(name: string, pid: number): void;
  remove(pid: number): void;
}

/**
 * A child that is kept alive: when it ends by itself it is started again, after 250 ms, then twice
 * as long each time, at most 10 s. It has a process group of its own, so that Ctrl-C in a terminal
 * reaches the starter only, which ends its children in order.
 */
export class SupervisedProcess {
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #stopping = false;
  #restart: NodeJS.Timeout | undefined;
  #backoffMs = BACKOFF_FIRST_MS;

  constructor(
    readonly spec: ProcessSpec,
    private readonly record: ProcessRecord,
    private readonly say: (line: string) => void,
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Also after `stop`: a restart.
   *
   * @throws an Error of one line, with the last thing it said, when it ends before it is ready or
   * takes too long
   */
  async start(timeoutMs: number, signal: AbortSignal): Promise<void> {
    this.#stopping = false;
    closeSync(openSync(this.spec.logFile, 'w'));
    const child = this.#spawn();
    const deadline = Date.now() + timeoutMs;
    while (!(await this.spec.isReady())) {
      signal.throwIfAborted();
      if (hasEnded(child)) throw this.#failure('did not start');
      if (Date.now() > deadline) throw this.#failure(`was not ready within ${timeoutMs / 1000} s`);
      await sleep(POLL_MS);
    }
    if (hasEnded(child)) throw this.#failure('did not start'); // somebody else answered in its place
    child.once('exit', (code, endSignal) => this.#startAgain(code, endSignal));
  }

  /** Asks it to end, waits, and after `timeoutMs` ends it. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#child?.kill(this.spec.stopSignal);
    const impatience = setTimeout(() => this.kill(), timeoutMs);
    await this.#ended;
    clearTimeout(impatience);
  }

  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#restart);
    if (this.#child && !hasEnded(this.#child)) killGroup(this.#child.pid!);
  }

  #spawn(): ChildProcess {
    const { command, args, env, logFile } = this.spec;
    const log = openLog(logFile);
    const child = spawn(command, args, { env, stdio: ['ignore', log, log], detached: true });
    if (log !== 'ignore') closeSync(log);
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const { pid } = child;
    if (pid !== undefined) {
      this.record.add(this.spec.name, pid);
      child.once('exit', () => this.record.remove(pid));
    }
    return child;
  }

  #startAgain(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#stopping) return;
    const how = signal ?? `exit code ${code}`;
    const after = this.#backoffMs;
    this.say(
      `${this.spec.name} ended by itself (${how}); starting it again (log: ${this.spec.logFile})`,
    );
    this.#backoffMs = Math.min(after * 2, BACKOFF_MAX_MS);
    this.#restart = setTimeout(() => {
      const startedAt = Date.now();
      this.#spawn().once('exit', (nextCode, nextSignal) => {
        if (Date.now() - startedAt > WELL_MS) this.#backoffMs = BACKOFF_FIRST_MS;
        this.#startAgain(nextCode, nextSignal);
      });
    }, after);
  }

  #failure(what: string): Error {
    const said =
      readFileSync(this.spec.logFile, 'utf8').trim().split('\n').at(-1) || 'it said nothing';
    return new Error(`${this.spec.name} ${what}: ${said} (log: ${this.spec.logFile})`);
  }
}

/**
 * A process without a log is better than none: what it says is lost if its log cannot be opened any
 * more.
 */
function openLog(file: string): number | 'ignore' {
  try {
    return openSync(file, 'a');
  } catch {
    return 'ignore';
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Nginx's workers outlive a master that was killed: the whole group goes. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
