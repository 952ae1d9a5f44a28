import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { addFile, type CopiedFiles, copyFolder } from './file-copy';

export interface Restore {
  /** Made by `takeBaseBackup`, or by `pg_basebackup`. */
  backup: string;
  /** Where the server that was backed up keeps its WAL. */
  archive: string;
  /** Made; must not exist, or be empty. */
  dataDir: string;
  /** The last commit to be there; null: the archive's last. */
  until: Date | null;
}

/** What may stand in a command of PostgreSQL's without being taken for something else. */
const PLAIN_PATH = /^[A-Za-z0-9/._-]+$/;

/**
 * Copies a backup to where a server will run, and tells that server to begin with the archive: it
 * replays it up to `until`, and then takes writes, on a timeline of its own. Neither the backup nor
 * the archive is changed.
 *
 * @throws an Error of one line when one of the folders is not what it should be
 */
export async function prepareRestore({
  backup,
  archive,
  dataDir,
  until,
}: Restore): Promise<CopiedFiles> {
  requireBackup(backup, path.resolve(archive));
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    throw new Error(
      `${dataDir} is not empty: restore into a new folder, and keep the old one until the new one is right`,
    );
  }
  const unfinished = `${path.resolve(dataDir)}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  // With the usual mode, not the data folder's: if root restores, `postgres` must pass through it.
  await mkdir(path.dirname(unfinished), { recursive: true });
  const copied = await copyFolder(backup, unfinished, () => true);
  chmodSync(unfinished, 0o700); // or the server refuses it
  const settings = [
    `restore_command = 'cp "${path.resolve(archive)}/%f" "%p"'`,
    // Not Z: PostgreSQL reads this before it knows the names of zones. Without a time it is
    // emptied: the server that was backed up may have been restored itself, up to a time of its
    // own.
    `recovery_target_time = '${until?.toISOString().replace('Z', '+00:00') ?? ''}'`,
    `recovery_target_action = 'promote'`,
  ];
  await appendFile(path.join(unfinished, 'postgresql.auto.conf'), `${settings.join('\n')}\n`, {
    flush: true,
  });
  await addFile(unfinished, 'recovery.signal', ''); // the server removes it when it has done
  await rm(dataDir, { recursive: true, force: true }); // empty, if it is there
  await rename(unfinished, path.resolve(dataDir));
  return copied;
}

function requireBackup(backup: string, archive: string): void {
  const labelFile = path.join(backup, 'backup_label');
  if (!existsSync(labelFile))
    throw new Error(`${backup} is no finished backup: it holds no backup_label`);
  if (!PLAIN_PATH.test(archive))
    throw new Error(`The archive's path may hold A-Z a-z 0-9 / . _ - only: ${archive}`);
  const first = /^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)/m.exec(
    readFileSync(labelFile, 'utf8'),
  )?.[1];
  if (!first || !existsSync(path.join(archive, first))) {
    throw new Error(
      `${archive} is not this backup's archive: it does not hold ${first ?? 'the WAL'}, where the backup begins`,
    );
  }
}
