import { parseConfig } from '../../src/platform/config';
import { ArgumentError, BACKUP_HELP, type BackupCommand, parseBackupArguments } from './backup-arguments';
import { takeBaseBackup } from './base-backup';
import type { CopiedFiles } from './file-copy';
import { prepareRestore } from './restore';

/** `npm run backup`: 0 when it is done, 1 when it was refused or failed. The folder goes to standard output, words about it do not. */
async function main(): Promise<number> {
  try {
    await run(parseBackupArguments(process.argv.slice(2)));
    return 0;
  } catch (error) {
    const advice = error instanceof ArgumentError ? ' (npm run backup -- --help)' : '';
    process.stderr.write(`starling: ${(error as Error).message}${advice}\n`);
    return 1;
  }
}

async function run(command: BackupCommand): Promise<void> {
  if (command.kind === 'help') {
    process.stdout.write(BACKUP_HELP);
  } else if (command.kind === 'take') {
    const backup = await takeBaseBackup(parseConfig(process.env).DATABASE_URL, command.into, new Date());
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

void main().then((code) => {
  process.exitCode = code;
});
