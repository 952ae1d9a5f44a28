import { runCommand } from '../command/run-command';
import { openDatabase } from '../seed/open-database';
import { BACKUP_HELP, type BackupCommand, parseBackupArguments } from './backup-arguments';
import { takeBaseBackup } from './base-backup';
import type { CopiedFiles } from './file-copy';
import { prepareRestore } from './restore';

/**
 * `npm run backup`: 0 when it is done, 1 when it was refused or failed. The folder goes to standard
 * output, words about it do not.
 */
async function main(): Promise<void> {
  await run(parseBackupArguments(process.argv.slice(2)));
}

async function run(command: BackupCommand): Promise<void> {
  if (command.kind === 'help') {
    process.stdout.write(BACKUP_HELP);
  } else if (command.kind === 'take') {
    const database = await openDatabase('npm run backup');
    const backup = await takeBaseBackup(database.url, command.into, new Date()).finally(
      database.close,
    );
    say(`Backed up ${sizeOf(backup)}:`);
    process.stdout.write(`${backup.folder}\n`);
  } else {
    const copied = await prepareRestore(command);
    say(
      `Copied ${sizeOf(copied)}. Start PostgreSQL 18 in this folder; when it says 'ready to accept connections', it has`,
    );
    say(`replayed the archive${command.until ? ` up to ${command.until.toISOString()}` : ''}:`);
    process.stdout.write(`${command.dataDir}\n`);
  }
}

function sizeOf({ files, bytes }: CopiedFiles): string {
  return `${files.toLocaleString('en')} files, ${(bytes / 1e6).toFixed(0)} MB`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

runCommand('npm run backup', main);
