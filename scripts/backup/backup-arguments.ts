import { parseArgs } from 'node:util';
import { ArgumentError, argumentMistake } from '../command/refusal';

export const BACKUP_HELP = `Backs the database up while it serves, and prepares a folder to restore it from, up to a point in time.

  npm run backup -- take DIR
      a new folder in DIR, named by the time. Where the server's files are; DATABASE_URL names the server, as a superuser;
      without it, the embedded PostgreSQL that npm start uses
  npm run backup -- restore BACKUP --archive DIR --data DIR [--until TIME]
      a data folder in which a PostgreSQL 18 begins by replaying the archive: up to TIME, else to its end

TIME is ISO 8601 with a zone: 2026-11-22T18:30:00Z. It must lie after the backup's end. The archive is the folder that the server keeps its WAL
in: its settings are made with WAL_ARCHIVE=DIR sh postgres/settings.sh. docs/runbook.md says when to do what.
`;

export type BackupCommand =
  | { kind: 'help' }
  | { kind: 'take'; into: string }
  | { kind: 'restore'; backup: string; archive: string; dataDir: string; until: Date | null };

/** Date.parse alone would take a time without a zone for one of this machine's. */
const TIME_WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;

/** @throws ArgumentError saying what would be right */
export function parseBackupArguments(args: string[]): BackupCommand {
  const { values, positionals } = parseOptions(args);
  const [kind, folder, ...rest] = positionals;
  const { archive, data, until } = values;
  if (values.help || kind === undefined) return { kind: 'help' };
  refuse(kind !== 'take' && kind !== 'restore', `there is no command '${kind}': take or restore`);
  if (folder === undefined || rest.length > 0) throw new ArgumentError(`${kind} needs one folder`);
  if (kind === 'take') {
    refuse((archive ?? data ?? until) !== undefined, 'take has no options');
    return { kind, into: folder };
  }
  if (archive === undefined)
    throw new ArgumentError('restore needs --archive, the folder with the WAL');
  if (data === undefined) throw new ArgumentError('restore needs --data, the folder to make');
  refuse(
    until !== undefined && (!TIME_WITH_ZONE.test(until) || Number.isNaN(Date.parse(until))),
    '--until is a time with a zone, like 2026-11-22T18:30:00Z',
  );
  return {
    kind: 'restore',
    backup: folder,
    archive,
    dataDir: data,
    until: until ? new Date(until) : null,
  };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        archive: { type: 'string' },
        data: { type: 'string' },
        until: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new ArgumentError(argumentMistake(error));
  }
}

function refuse(isWrong: boolean, message: string): void {
  if (isWrong) throw new ArgumentError(message);
}
