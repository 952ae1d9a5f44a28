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

/** The user who runs PostgreSQL's processes. Undefined: the user who runs this. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * PostgreSQL does not run as root. If root runs this, the account is `postgres` if that user
 * exists, else `nobody`; otherwise undefined.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n').map(parseAccount);
  const account = ['postgres', 'nobody']
    .map((name) => accounts.find((a) => a.name === name))
    .find(Boolean);
  if (!account)
    throw new UserError('PostgreSQL does not run as root, and there is no user postgres or nobody');
  return account;
}

function parseAccount(line: string): Account {
  const [name = '', , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

/**
 * Whether other users may enter every folder above `target`. The home of root and `mktemp -d` are
 * closed to them.
 */
export function isReachable(target: string): boolean {
  const parent = path.dirname(target);
  if (parent === target) return true;
  const passable = !existsSync(parent) || (statSync(parent).mode & 0o001) !== 0;
  return passable && isReachable(parent);
}

/**
 * A copy of `folder` (created once per `name`) that the account can reach; `folder` itself if it
 * can reach that.
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
    rmSync(unfinished, { recursive: true, force: true }); // another process was faster
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Creates `folder` and gives it, empty, to the account. */
export function makeFolderFor(account: Account | undefined, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}
