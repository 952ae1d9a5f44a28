import { runCommand } from '../command/run-command';
import { openDatabase } from '../seed/open-database';
import { count, duration } from '../seed/progress-display';
import { IMPORT_HELP, type ImportArguments, parseImportArguments } from './import-arguments';
import { type ImportReport, runImport } from './import-run';

/** `npm run import`: 0 when everything that can be imported is, 1 when it was refused as a whole or failed. */
async function main(): Promise<void> {
  const args = parseImportArguments(process.argv.slice(2));
  if (args === 'help') {
    process.stdout.write(IMPORT_HELP);
    return;
  }
  const database = await openDatabase('npm run import');
  try {
    print(args, await runImport(args, database.url, Date.now()));
  } finally {
    await database.close();
  }
}

function print(args: ImportArguments, report: ImportReport): void {
  if (args.json) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const ids = report.keptIds ? 'with the ids they had' : 'with new ids';
  const lines = [`${count(report.imported)} reviews imported, ${ids}, in ${duration(report.seconds)}`];
  for (const [file, refused] of Object.entries(report.refused)) {
    lines.push(`${count(refused)} lines of ${file} refused: ${report.refusedFile} says which and why`);
  }
  if (report.ignoredColumns.length > 0) {
    lines.push(`not imported, as Starling has no place for them: ${report.ignoredColumns.join(', ')}`);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

runCommand('npm run import', main);
