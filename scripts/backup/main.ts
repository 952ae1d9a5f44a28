import { absolutePath, timeWithZone } from '../command/option-values';
import { createProgram } from '../command/program';
import { runProgram } from '../command/run-program';
import { openDatabase } from '../shared/open-database';
import { takeBaseBackup } from './base-backup';
import type { CopiedFiles } from './file-copy';
import { prepareRestore, type Restore } from './restore';

const NOTES = `The archive is the folder in which the server keeps its WAL: make its settings with
WAL_ARCHIVE=DIR sh postgres/settings.sh. docs/runbook.md says when to do what.

take works on this machine, where the server's files are. DATABASE_URL names the server, as a
superuser; without it, the command backs up the embedded PostgreSQL of npm start.`;

/** The folder goes to standard output, messages about it to standard error. */
const program = createProgram('npm run backup --', {
  summary:
    'Backs up the database while it serves, and prepares a folder that restores it, up to a point in time.',
  notes: NOTES,
  examples: [
    'npm run backup -- take /backup',
    'npm run backup -- restore /backup/2026-11-22T03-00-00Z --archive /backup/archive ' +
      '--data /data/restored --until 2026-11-22T18:30:00Z',
  ],
});
program
  .command('take')
  .description('back up into a new folder, named by the time')
  .argument('<folder>', 'where to create that folder', absolutePath)
  .action(take);
program
  .command('restore')
  .description('create a data folder from which PostgreSQL 18 starts by replaying the archive')
  .argument('<backup>', 'folder of the backup', absolutePath)
  .requiredOption('--archive <folder>', 'the WAL archive', absolutePath)
  .requiredOption('--data <folder>', 'the data folder to create', absolutePath)
  .option(
    '--until <time>',
    "replay up to this time, after the backup's end: 2026-11-22T18:30:00Z (default: all)",
    timeWithZone,
  )
  .action((backup, { archive, data, until }) =>
    restore({ backup, archive, dataDir: data, until: until ?? null }),
  );

async function take(into: string): Promise<void> {
  const database = await openDatabase('npm run backup');
  const backup = await takeBaseBackup(database.url, into, new Date()).finally(database.close);
  say(`Backed up ${sizeOf(backup)}:`);
  process.stdout.write(`${backup.folder}\n`);
}

async function restore(wanted: Restore): Promise<void> {
  const copied = await prepareRestore(wanted);
  const until = wanted.until ? ` up to ${wanted.until.toISOString()}` : '';
  say(
    `Copied ${sizeOf(copied)}. Start PostgreSQL 18 in this folder. When it logs 'ready to accept`,
  );
  say(`connections', it has replayed the archive${until}:`);
  process.stdout.write(`${wanted.dataDir}\n`);
}

function sizeOf({ files, bytes }: CopiedFiles): string {
  return `${files.toLocaleString('en')} files, ${(bytes / 1e6).toFixed(0)} MB`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

void runProgram(program);
