import { Interruption } from '../command/refusal';
import { runCommand } from '../command/run-command';
import { openDatabase } from '../seed/open-database';
import { count, duration } from '../seed/progress-display';
import {
  IMPORT_HELP,
  type ImportArguments,
  type OkendoKey,
  parseImportArguments,
} from './import-arguments';
import { type ImportReport, runImport } from './import-run';

/**
 * `npm run import`: 0 when everything that can be imported is, 1 when it was refused as a whole or
 * failed, 130 when it was interrupted.
 */
async function main(signal: AbortSignal): Promise<void> {
  const args = parseImportArguments(process.argv.slice(2));
  if (args === 'help') {
    process.stdout.write(IMPORT_HELP);
    return;
  }
  const database = await openDatabase('npm run import');
  try {
    print(args, await runImport(args, database.url, Date.now(), signal));
  } finally {
    await database.close();
  }
}

function print(args: ImportArguments, report: ImportReport): void {
  process.stdout.write(
    args.json ? `${JSON.stringify(report)}\n` : `${reportLines(report).join('\n')}\n`,
  );
}

function reportLines(report: ImportReport): string[] {
  const ids = report.keptIds ? 'with the ids they had' : 'with new ids';
  const lines = [
    `${count(report.imported)} reviews imported, ${ids}, in ${duration(report.seconds)}`,
  ];
  for (const [file, refused] of Object.entries(report.refused)) {
    lines.push(
      `${count(refused)} lines of ${file} refused: ${report.refusedFile} says which and why`,
    );
  }
  for (const [file, mended] of Object.entries(report.mended)) {
    lines.push(
      `${count(mended)} lines of ${file} imported with changes: ${report.refusedFile} says which`,
    );
  }
  if (report.idsFile)
    lines.push(`some of the ids were given out before: ${report.idsFile} lists old and new ones`);
  if (report.productKey) lines.push(productLine(report.productKey, report.otherKeys));
  if (report.ignoredColumns.length > 0) {
    lines.push(
      `not imported, as Starling has no place for them: ${report.ignoredColumns.join(', ')}`,
    );
  }
  return lines;
}

function productLine(key: OkendoKey, others: readonly OkendoKey[]): string {
  const instead = others.length > 0 ? `; --key takes ${others.join(' or ')} instead` : '';
  const warning =
    key === 'productId' ? '' : '; the legacy contract reads only products that are whole numbers';
  return `products go by the column ${key}${instead}${warning}`;
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Interruption('Stopped; nothing was imported')));
}

runCommand('npm run import', async () => {
  try {
    await main(interrupted.signal);
  } catch (error) {
    // Whatever the interruption made fail, the user asked for it.
    throw interrupted.signal.aborted ? interrupted.signal.reason : error;
  }
});
