import { untilInterrupted } from '../command/interruption';
import { runProgram } from '../command/run-program';
import { count, duration } from '../shared/figures';
import { openDatabase } from '../shared/open-database';
import { createImportProgram, type ImportArguments, type OkendoKey } from './import-program';
import { type ImportReport, runImport } from './import-run';

const INTERRUPTED = 'Stopped; nothing was imported';

async function run(args: ImportArguments): Promise<void> {
  const database = await openDatabase('npm run import');
  try {
    const report = await untilInterrupted(INTERRUPTED, (signal) =>
      runImport(args, database.url, Date.now(), signal),
    );
    print(args, report);
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
  const ids = report.keptIds ? 'with their ids' : 'with new ids';
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
  if (report.pagesFailure)
    lines.push(
      `not all first pages are stored (${report.pagesFailure}): npm run pages stores the others`,
    );
  if (report.idsFile)
    lines.push(`some ids were already given out: ${report.idsFile} lists old and new ids`);
  if (report.productKey) lines.push(productLine(report.productKey, report.otherKeys));
  if (report.ignoredColumns.length > 0) {
    lines.push(
      `not imported, because Starling does not store them: ${report.ignoredColumns.join(', ')}`,
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

void runProgram(createImportProgram(run));
