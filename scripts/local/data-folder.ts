import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { UserError } from '../command/user-error';
import { isReachable, postgresAccount } from './postgres-account';

/**
 * The folder of `npm start` and the other commands: the embedded database, logs, and which
 * processes run on it.
 */
export interface DataFolder {
  path: string;
  /** Why it is not in the usual place. */
  note: string | undefined;
  /** The data folder of the embedded PostgreSQL. */
  postgres: string;
  logs: string;
  /** Rendered configuration, cache, temporary files; recreated at each start. */
  nginx: string;
  /** The record of the processes that run on this folder (run-record.ts). */
  running: string;
  /** A note that exists from before the first row of the sample until after its last. */
  seeding: string;
}

/**
 * `.starling` in the checkout, or `given`. PostgreSQL does not run as root. So if root runs this in
 * a folder that is closed to others (/root, `mktemp -d`), the default is a folder in /var/tmp that
 * belongs to this checkout; a closed `given` is refused.
 *
 * @throws UserError of one line when `given` cannot be used
 */
export function chooseDataFolder(given: string | undefined): DataFolder {
  if (given !== undefined) {
    const folder = path.resolve(given);
    if (existsSync(folder) && !statSync(folder).isDirectory())
      throw new UserError(`--data ${given} is a file; give a folder`);
    if (!isOpenToPostgres(folder)) {
      throw new UserError(
        `--data ${given}: PostgreSQL runs as the user ${postgresAccount()?.name}, who cannot reach it; choose a folder that other users can enter`,
      );
    }
    return layOutDataFolder(folder);
  }
  const inCheckout = path.join(packageRoot, '.starling');
  if (isOpenToPostgres(inCheckout)) return layOutDataFolder(inCheckout);
  const beside = besideCheckout();
  return layOutDataFolder(
    beside,
    `data goes to ${beside}: PostgreSQL does not run as root, and no other user can reach ${packageRoot}`,
  );
}

/** Creates the folders that more than one process writes to. @throws UserError of one line */
export function makeDataFolder(folder: DataFolder): void {
  try {
    const isNew = mkdirSync(folder.path, { recursive: true }) !== undefined;
    // Other users may enter but not list it: PostgreSQL and Nginx's workers run as other users when
    // root starts them.
    if (isNew) chmodSync(folder.path, 0o711);
    mkdirSync(folder.logs, { recursive: true });
  } catch (error) {
    throw new UserError(
      `The data folder ${folder.path} cannot be created: ${(error as Error).message}`,
    );
  }
}

function isOpenToPostgres(folder: string): boolean {
  return postgresAccount() === undefined || isReachable(path.join(folder, 'postgres'));
}

function besideCheckout(): string {
  const hash = createHash('sha256').update(packageRoot).digest('hex').slice(0, 12);
  return path.join('/var/tmp', `starling-${hash}`);
}

/** The paths of everything in it. */
export function layOutDataFolder(folder: string, note?: string): DataFolder {
  return {
    path: folder,
    note,
    postgres: path.join(folder, 'postgres'),
    logs: path.join(folder, 'logs'),
    nginx: path.join(folder, 'nginx'),
    running: path.join(folder, 'running.json'),
    seeding: path.join(folder, 'seeding.json'),
  };
}
