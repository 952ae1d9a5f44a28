import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { UserError } from '../command/user-error';
import { isReachable, postgresAccount } from './postgres-account';

/**
 * Where `npm start` and `npm run seed` keep the embedded database, logs and what they know of each
 * other.
 */
export interface DataFolder {
  path: string;
  /** Why it is not where one would look for it. */
  note: string | undefined;
  /** The embedded PostgreSQL's own. */
  postgres: string;
  logs: string;
  /** Rendered configuration, cache, temporary files. Made anew at each start. */
  nginx: string;
  /** Which processes run on this folder (processes.ts). */
  running: string;
  /** There from before the first row of the sample until after its last. */
  seeding: string;
}

/**
 * `.starling` in the checkout, or `given`. PostgreSQL does not run as root, so as root in a folder
 * that is closed to others (/root, `mktemp -d`) it is a folder of this checkout's own in /var/tmp;
 * one that was asked for is refused instead.
 *
 * @throws UserError of one line when `given` cannot be used
 */
export function chooseDataFolder(given: string | undefined): DataFolder {
  if (given !== undefined) {
    const folder = path.resolve(given);
    if (existsSync(folder) && !statSync(folder).isDirectory())
      throw new UserError(`--data ${given} is a file, and a folder is needed`);
    if (!isOpenToPostgres(folder)) {
      throw new UserError(
        `--data ${given}: the user ${postgresAccount()?.name}, whom PostgreSQL runs as, cannot get there; choose a folder that others may pass to`,
      );
    }
    return layOutDataFolder(folder);
  }
  const inCheckout = path.join(packageRoot, '.starling');
  if (isOpenToPostgres(inCheckout)) return layOutDataFolder(inCheckout);
  const beside = besideCheckout();
  return layOutDataFolder(
    beside,
    `data goes to ${beside}: PostgreSQL does not run as root, and no other user can get to ${packageRoot}`,
  );
}

/** Makes the folders that more than one process writes to. @throws UserError of one line */
export function makeDataFolder(folder: DataFolder): void {
  try {
    const isNew = mkdirSync(folder.path, { recursive: true }) !== undefined;
    // Others may pass (PostgreSQL and Nginx's workers are others when root starts them), and find
    // nothing to list.
    if (isNew) chmodSync(folder.path, 0o711);
    mkdirSync(folder.logs, { recursive: true });
  } catch (error) {
    throw new UserError(
      `The data folder ${folder.path} cannot be made: ${(error as Error).message}`,
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

/** The names of everything in it. */
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
