import path from 'node:path';
import { type CsvColumns, type CsvRecord, readRecords } from '../csv/csv-records';
import type { RefusalSink } from '../refusal-report';
import { Unfit } from './field-readers';

/**
 * Invisible characters that the API rejects (platform/visible-text.ts): all controls except tab and
 * line feed.
 */
const CONTROLS = /[^\P{Cc}\t\n]/gu;

/**
 * Yields the result of `toRow` for each record of a file. It reports the records that `toRow` finds
 * unfit. It removes control characters first and reports that too.
 */
export async function* readFitRows<T>(
  file: string,
  columns: CsvColumns,
  toRow: (record: CsvRecord) => T,
  report: RefusalSink,
): AsyncGenerator<T> {
  const name = path.basename(file);
  for await (const record of readRecords(file, columns, report)) {
    try {
      const { clean, change } = withoutControls(record);
      const row = toRow(clean);
      if (change) report.mend(name, record.line, change);
      yield row;
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      report.refuse(name, record.line, error.message);
    }
  }
}

function withoutControls(record: CsvRecord): { clean: CsvRecord; change: string | undefined } {
  const changed = Object.entries(record.fields).filter(([, text]) => text.search(CONTROLS) !== -1);
  if (changed.length === 0) return { clean: record, change: undefined };
  const fields = { ...record.fields };
  for (const [column, text] of changed) fields[column] = text.replace(CONTROLS, '');
  const columns = changed.map(([column]) => column).join(', ');
  return {
    clean: { line: record.line, fields },
    change: `control characters were taken out of ${columns}; the line is imported`,
  };
}
