import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../command/user-error';

/** The superuser of an embedded server. */
export const SUPERUSER = 'starling';

/**
 * Clients on this machine that know the password may connect. The server belongs to the user, but
 * every user of the machine can reach its port, and a superuser of PostgreSQL can run programs as
 * the server's owner.
 */
const HBA = `# Written by Starling at each start.
host all         all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
`;

/** How to run a program as the server's owner. */
export interface ServerPrograms {
  bin: string;
  runAs: { uid?: number; gid?: number };
}

/**
 * The password of the server with the files in `dataDir`, which must not run. The first start
 * creates it, also for data of a version that required none, and stores it in `starling.pgpass`,
 * which only the owner may read and psql understands (PGPASSFILE). The file is written after the
 * password is set, so after a start that is killed in between the next one creates another
 * password.
 *
 * @throws an error of the system or of PostgreSQL
 */
export function securePassword(dataDir: string, programs: ServerPrograms): string {
  writeOwned(dataDir, path.join(dataDir, 'pg_hba.conf'), HBA);
  const file = passwordFile(dataDir);
  if (existsSync(file)) return readPassword(file);
  const password = randomBytes(24).toString('hex');
  setPassword(dataDir, password, programs);
  writeOwned(dataDir, file, `127.0.0.1:*:*:${SUPERUSER}:${password}\n`);
  return password;
}

export function passwordFile(dataDir: string): string {
  return path.join(dataDir, 'starling.pgpass');
}

function readPassword(file: string): string {
  const password = /^127\.0\.0\.1:\*:\*:starling:([0-9a-f]{48})$/m.exec(
    readFileSync(file, 'utf8'),
  )?.[1];
  if (!password)
    throw new UserError(`${file} holds no password; remove it, and the next start creates another`);
  return password;
}

/**
 * The server runs alone, without a port, and reads the statement from its standard input: nobody
 * sees it, and nothing logs it.
 */
function setPassword(dataDir: string, password: string, { bin, runAs }: ServerPrograms): void {
  const options = [
    '-c',
    'log_statement=none',
    '-c',
    'log_min_error_statement=panic',
    '-c',
    'fsync=on',
  ];
  execFileSync(path.join(bin, 'postgres'), ['--single', '-D', dataDir, ...options, 'postgres'], {
    ...runAs,
    cwd: dataDir,
    input: `ALTER ROLE ${SUPERUSER} PASSWORD '${password}'\n`,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
}

/** Writes the file completely or not at all, for the owner of the data only. */
function writeOwned(dataDir: string, file: string, text: string): void {
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  const { uid, gid } = statSync(dataDir);
  if (process.getuid?.() === 0) chownSync(unfinished, uid, gid);
  renameSync(unfinished, file);
}
