import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../command/user-error';
import { addFile, type CopiedFiles, copyFolder } from './file-copy';

export interface Restore {
  /** From `takeBaseBackup` or `pg_basebackup`. */
  backup: string;
  /** The folder where the backed-up server keeps its WAL. */
  archive: string;
  /** The folder to create; it must be empty if it exists. */
  dataDir: string;
  /** Time of the last commit to restore; null: the end of the archive. */
  until: Date | null;
}

/** Characters that need no quoting in a command of PostgreSQL. */
const PLAIN_PATH = /^[A-Za-z0-9/._-]+$/;

/**
 * Copies a backup into a new data folder and configures the server to start from the archive: it
 * replays it up to `until`, then takes writes, on a new timeline. Neither the backup nor the
 * archive changes.
 *
 * @throws UserError of one line when a folder is not what it should be
 */
export async function prepareRestore({
  backup,
  archive,
  dataDir,
  until,
}: Restore): Promise<CopiedFiles> {
  requireBackup(backup, path.resolve(archive));
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    throw new UserError(
      `${dataDir} is not empty: restore into a new folder, and keep the old one until the new one is right`,
    );
  }
  const unfinished = `${path.resolve(dataDir)}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  // With the usual mode, not the data folder's: if root restores, `postgres` must pass through it.
  await mkdir(path.dirname(unfinished), { recursive: true });
  const copied = await copyFolder(backup, unfinished, () => true);
  chmodSync(unfinished, 0o700); // PostgreSQL does not start with wider permissions
  const settings = [
    `restore_command = 'cp "${path.resolve(archive)}/%f" "%p"'`,
    // Not Z: PostgreSQL reads this before it knows the names of time zones. Empty without a time:
    // the backed-up server may itself have been restored up to some time.
    `recovery_target_time = '${until?.toISOString().replace('Z', '+00:00') ?? ''}'`,
    `recovery_target_action = 'promote'`,
  ];
  await appendFile(path.join(unfinished, 'postgresql.auto.conf'), `${settings.join('\n')}\n`, {
    flush: true,
  });
  await addFile(unfinished, 'recovery.signal', ''); // the server removes it after the replay
  await rm(dataDir, { recursive: true, force: true }); // it is empty if it exists
  await rename(unfinished, path.resolve(dataDir));
  return copied;
}

function requireBackup(backup: string, archive: string): void {
  const labelFile = path.join(backup, 'backup_label');
  if (!existsSync(labelFile))
    throw new UserError(`${backup} is not a finished backup: it has no backup_label`);
  if (!PLAIN_PATH.test(archive))
    throw new UserError(`The archive's path may contain only A-Z a-z 0-9 / . _ -: ${archive}`);
  const first = /^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)/m.exec(
    readFileSync(labelFile, 'utf8'),
  )?.[1];
  if (!first || !existsSync(path.join(archive, first))) {
    throw new UserError(
      `${archive} is not this backup's archive: it does not hold ${first ?? 'the WAL'}, where the backup begins`,
    );
  }
}
