import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { Refusal } from '../seed/seed-arguments';
import type { RefusalSink } from './refusal-report';

export interface CsvRecord {
  /** Where it begins, from 1; the header is line 1. */
  line: number;
  fields: Readonly<Record<string, string>>;
}

/**
 * The records of a CSV file with a header, one after the other, however long it is. What cannot be read as CSV, has
 * another number of fields than the header, or is not UTF-8 is reported and passed over.
 *
 * @throws Refusal when the file is missing, or one of `columns` is
 */
export async function* readRecords(
  file: string,
  columns: readonly string[],
  report: RefusalSink,
): AsyncGenerator<CsvRecord> {
  if (!existsSync(file)) throw new Refusal(`${file} is missing`);
  if (statSync(file).isDirectory()) throw new Refusal(`${file} is a folder, not a file`);
  let names: string[] | undefined;
  let line = 1;
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    relax_quotes: false,
  });
  const input = createReadStream(file);
  // An error of the input reaches the loop through the parser.
  pipeline(input, parser, () => {});
  const name = path.basename(file);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const begins = line;
      line = info.lines + 1;
      if (!names) {
        names = readHeader(file, record, columns);
        continue;
      }
      const reason = findFault(record, names);
      if (reason) report.add(name, begins, reason);
      else yield { line: begins, fields: Object.fromEntries(names.map((column, i) => [column, record[i]!])) };
    }
  } catch (error) {
    const { code, message, lines } = error as { code?: string; message: string; lines?: number };
    if (!code?.startsWith('CSV_')) throw error;
    // A quote that is never closed swallows the rest of the file: nothing after it can be trusted.
    throw new Refusal(
      `${file} is not CSV from line ${line} on (noticed in line ${lines}): ${message.split('\n')[0]}`,
    );
  }
  if (!names) throw new Refusal(`${file} is empty; its first line must be a header`);
}

function readHeader(file: string, record: string[], columns: readonly string[]): string[] {
  const names = record.map((column) => column.trim());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new Refusal(`${file} has no column ${missing.join(', ')}`);
  return names;
}

function findFault(record: string[], names: string[]): string | undefined {
  if (record.length !== names.length) return `has ${record.length} fields, the header ${names.length}`;
  if (record.some((field) => field.includes('\uFFFD'))) return 'is not UTF-8';
  if (record.some((field) => field.includes('\0'))) return 'holds a NUL character';
  return undefined;
}
