import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { UserError } from '../command/user-error';

/** The user that PostgreSQL's processes run as; undefined means: as whoever runs this. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. As root this is `postgres` where there is such a user, else
 * `nobody`; otherwise undefined.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n').map(parseAccount);
  const account = ['postgres', 'nobody']
    .map((name) => accounts.find((a) => a.name === name))
    .find(Boolean);
  if (!account)
    throw new UserError(
      'PostgreSQL refuses to run as root, and there is no user postgres or nobody',
    );
  return account;
}

function parseAccount(line: string): Account {
  const [name = '', , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

/**
 * Whether others may pass through every folder above `target`. A root's home or `mktemp -d` is
 * closed to them.
 */
export function isReachable(target: string): boolean {
  const parent = path.dirname(target);
  if (parent === target) return true;
  const passable = !existsSync(parent) || (statSync(parent).mode & 0o001) !== 0;
  return passable && isReachable(parent);
}

/**
 * A copy of `folder` (made once per `name`) where the account can reach it; `folder` itself if it
 * can already.
 */
export function reachableCopy(folder: string, name: string): string {
  if (isReachable(path.join(folder, 'any'))) return folder;
  const copy = path.join('/var/tmp', name);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  cpSync(folder, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true }); // another process was quicker
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Makes `folder` and hands it, empty as it is, to the account. */
export function makeFolderFor(account: Account | undefined, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}
