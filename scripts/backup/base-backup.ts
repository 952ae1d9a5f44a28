import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { UserError } from '../command/user-error';
import { addFile, type CopiedFiles, copyFolder } from './file-copy';

export interface BaseBackup extends CopiedFiles {
  folder: string;
}

/**
 * Files that a server recreates or that another server cannot use. PostgreSQL's documentation lists
 * them ("Making a base backup using the low level API").
 */
const EMPTY_FOLDERS =
  /^(pg_wal|pg_dynshmem|pg_notify|pg_replslot|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\//;
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|recovery\.signal|standby\.signal)$|(^|\/)(pgsql_tmp[^/]*|pg_internal\.init)$/;

/**
 * Copies the server's files while it serves, with PostgreSQL's low-level API. Between
 * `pg_backup_start` and `pg_backup_stop` the files may be copied in any order; on restore,
 * PostgreSQL repairs from the WAL what changed during the copy. So the copy needs the archive, and
 * `pg_backup_stop` returns only when the archive has what the copy needs. The folder gets its final
 * name last, so a folder with such a name is complete.
 *
 * @throws UserError of one line when the server keeps no archive, or its files are not on this
 *   machine
 */
export async function takeBaseBackup(
  databaseUrl: string,
  into: string,
  now: Date,
): Promise<BaseBackup> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'starling-backup' });
  client.on('error', () => {}); // the running statement reports it
  await client.connect();
  const folder = path.join(
    path.resolve(into),
    now.toISOString().replace(/:/g, '-').slice(0, 19).concat('Z'),
  );
  const unfinished = `${folder}.unfinished`;
  try {
    const dataDir = await requireArchivingServer(client);
    await client.query('SELECT pg_backup_start($1, fast => true)', [
      `starling ${now.toISOString()}`,
    ]);
    const copied = await copyFolder(
      dataDir,
      unfinished,
      (each) => !EMPTY_FOLDERS.test(each) && !LEFT_OUT.test(each),
    );
    const { rows } = await client.query<{ labelfile: string }>(
      'SELECT labelfile FROM pg_backup_stop()',
    );
    await addFile(unfinished, 'backup_label', rows[0]!.labelfile);
    await rename(unfinished, folder);
    return { folder, ...copied };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end(); // ends a backup that was not stopped
  }
}

/** @returns the folder of its files */
async function requireArchivingServer(client: Client): Promise<string> {
  const { rows } = await client.query<{
    folder: string;
    port: string;
    archives: boolean;
    tablespaces: number;
  }>(`
    SELECT current_setting('data_directory') AS folder, current_setting('port') AS port,
           current_setting('archive_mode') <> 'off' AND current_setting('archive_command') <> '' AS archives,
           (SELECT count(*)::int FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')) AS tablespaces`);
  const { folder, port, archives, tablespaces } = rows[0]!;
  if (!archives) {
    throw new UserError(
      'The server keeps no archive of its WAL, and a backup cannot be restored without one: make its settings with WAL_ARCHIVE=DIR sh postgres/settings.sh',
    );
  }
  if (tablespaces > 0)
    throw new UserError('The server has tablespaces of its own: use pg_basebackup');
  const pidFile = path.join(folder, 'postmaster.pid');
  if (!existsSync(pidFile) || readFileSync(pidFile, 'utf8').split('\n')[3] !== port) {
    throw new UserError(
      `The server's files (${folder}) are not on this machine, or not readable: take the backup there, or use pg_basebackup`,
    );
  }
  return folder;
}
