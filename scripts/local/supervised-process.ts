import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 10_000;
/** A process that has run this long counts as healthy: when it ends, it is restarted at once. */
const WELL_MS = 30_000;
const POLL_MS = 25;

export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Takes its standard output and error; `start` begins it anew. */
  logFile: string;
  /** The signal for a stop after the requests under way. */
  stopSignal: NodeJS.Signals;
  isReady(): Promise<boolean>;
}

/** Hears of every process that begins and ends (run-record.ts). */
export interface ProcessRecord {
  add(name: string, pid: number): void;
  remove(pid: number): void;
}

/**
 * Keeps a child process running. When the child ends by itself, it is started again after 250 ms,
 * then after twice as long each time, up to 10 s. It has its own process group, so that Ctrl-C in a
 * terminal reaches only the starter, which stops its children in order.
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
   * Starts the process; also again after `stop`.
   *
   * @throws Error of one line, with the last line of its output, when it ends or is not ready in
   *   time
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
    if (hasEnded(child)) throw this.#failure('did not start'); // another process answered in its place
    child.once('exit', (code, endSignal) => this.#startAgain(code, endSignal));
  }

  /** Asks it to end, waits, and kills it after `timeoutMs`. */
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
 * If the log cannot be opened any more, the output is lost: better a process without a log than
 * none.
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

/** Kills the whole group: Nginx's workers outlive a killed master. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
