import path from 'node:path';
import { UserError } from '../../command/user-error';
import type { RefusalSink } from '../refusal-report';
import { type CsvRow, readRows } from './csv-rows';
import { requireTextFile } from './input-file';

export interface CsvRecord {
  /** The line on which it begins, from 1, as an editor counts lines. */
  line: number;
  fields: Readonly<Record<string, string>>;
}

export interface CsvColumns {
  required: readonly string[];
  /** Read where they are. */
  optional?: readonly string[];
}

/**
 * Reads the records of a CSV file with a header one by one, however long the file is. It reports
 * and skips rows that are not CSV in UTF-8 with as many fields as the header.
 *
 * @throws UserError when the file cannot be read, or its header lacks or repeats a column
 */
export async function* readRecords(
  file: string,
  columns: CsvColumns,
  report: RefusalSink,
): AsyncGenerator<CsvRecord> {
  requireTextFile(file);
  const name = path.basename(file);
  let names: string[] | undefined;
  for await (const row of readRows(file)) {
    if (!names) names = toHeader(file, row, columns);
    else if (row.fault) report.refuse(name, row.line, row.fault);
    else yield { line: row.line, fields: toFields(names, row.fields) };
  }
  if (!names) throw new UserError(`${file} is empty; its first line must be a header`);
}

/** Reads only the header. @throws UserError as readRecords does */
export async function readHeader(file: string, columns: CsvColumns): Promise<string[]> {
  requireTextFile(file);
  for await (const row of readRows(file)) return toHeader(file, row, columns);
  throw new UserError(`${file} is empty; its first line must be a header`);
}

function toHeader(file: string, row: CsvRow, { required, optional = [] }: CsvColumns): string[] {
  if (row.fault) throw new UserError(`${file}: the header (line ${row.line}) ${row.fault}`);
  const names = row.fields.map((column) => column.trim());
  const missing = required.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new UserError(`${file} has no column ${missing.join(', ')}`);
  const repeated = [...required, ...optional].filter(
    (column) => names.indexOf(column) !== names.lastIndexOf(column),
  );
  if (repeated.length > 0)
    throw new UserError(`${file} has more than one column ${repeated.join(', ')}`);
  return names;
}

function toFields(names: readonly string[], values: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [index, name] of names.entries()) fields[name] = values[index]!;
  return fields;
}
