import { readLines, type TextLine } from './text-lines';

/** A row of a CSV file: its fields, or what is wrong with it. */
export interface CsvRow {
  /** The line on which it begins, from 1. */
  line: number;
  fields: string[];
  fault: string | undefined;
}

/**
 * For all fields of a row together: a quote that is never closed must not take in the rest of the
 * file.
 */
const ROW_LENGTH_MAX = 1 << 20;

/**
 * Reads the rows of a CSV file (RFC 4180), line by line. A quoted field may contain line breaks,
 * which become LF. Blank lines and rows of empty fields are skipped.
 *
 * A row that breaks the rules costs no other row. Only the line on which it begins is a fault, and
 * reading continues with the next line, as if a row began there. So a quote that is never closed
 * costs one row; in return, the other lines of a broken row become faults too. We use no CSV
 * library because none of them goes back.
 */
export async function* readRows(file: string): AsyncGenerator<CsvRow> {
  const reader = new RowReader();
  for await (const lines of readLines(file)) {
    reader.add(lines);
    for (let row = reader.take(); row; row = reader.take()) yield row;
  }
  reader.end();
  for (let row = reader.take(); row; row = reader.take()) yield row;
}

class RowReader {
  #lines: TextLine[] = [];
  #next = 0;
  #isComplete = false;
  /** Fields of the first row, the header. */
  #width: number | undefined;

  add(lines: TextLine[]): void {
    this.#lines = [...this.#lines.slice(this.#next), ...lines];
    this.#next = 0;
  }

  end(): void {
    this.#isComplete = true;
  }

  /** @returns undefined when it needs more lines, or there are no more rows */
  take(): CsvRow | undefined {
    for (;;) {
      const row = this.#scan(this.#next);
      if (!row) return undefined;
      const { number: line } = this.#lines[this.#next]!;
      if (!row.fault && row.fields.every((field) => field.trim() === '')) {
        this.#next += row.lineCount;
        continue;
      }
      this.#width ??= row.fields.length;
      const hasWidth = row.fields.length === this.#width;
      const isJoined =
        !row.fault && !hasWidth && row.lineCount > 1 ? this.#beginsRow(this.#next + 1) : false;
      if (isJoined === undefined) return undefined;
      this.#next += row.fault || isJoined ? 1 : row.lineCount;
      const wrongWidth = hasWidth
        ? undefined
        : `has ${row.fields.length} fields, the header ${this.#width}`;
      return { line, fields: row.fields, fault: row.fault ?? wrongWidth };
    }
  }

  /**
   * Whether a good row begins at this line of a row that was read as several lines with the wrong
   * number of fields. If so, the quote of another row closed its quote. Undefined: it needs more
   * lines.
   */
  #beginsRow(index: number): boolean | undefined {
    const row = this.#scan(index);
    return row
      ? !row.fault && row.fields.length === this.#width
      : this.#isComplete
        ? false
        : undefined;
  }

  /** The row that begins at this index; undefined when it needs more lines. */
  #scan(
    index: number,
  ): { fields: string[]; fault: string | undefined; lineCount: number } | undefined {
    const row = new RowScanner();
    let length = 0;
    for (let lineCount = 1; ; lineCount += 1) {
      const line = this.#lines[index + lineCount - 1];
      if (!line && !this.#isComplete) return undefined;
      if (!line) return lineCount === 1 ? undefined : { fields: [], fault: UNCLOSED, lineCount };
      length += line.text.length;
      const state = row.scan(line.text);
      const isOpen = state === 'open';
      if (line.fault) return { fields: [], fault: faultOf(line, lineCount), lineCount };
      if (isOpen && length <= ROW_LENGTH_MAX) continue;
      if (isOpen) return { fields: [], fault: UNCLOSED, lineCount };
      return { fields: row.fields, fault: state === 'whole' ? undefined : state, lineCount };
    }
  }
}

const UNCLOSED = 'has a quote that is never closed';
const STRAY_QUOTE = 'has a quote within a field that does not begin with one';
const AFTER_QUOTE =
  'has text after the quote that closes a field; a quote within one is written twice';

function faultOf(line: TextLine, lineCount: number): string {
  return lineCount === 1 ? line.fault! : `goes on in line ${line.number}, which ${line.fault}`;
}

/** Reads one row, given line by line. */
class RowScanner {
  readonly fields: string[] = [];
  /** The beginning of a quoted field that is not closed yet. */
  #open: string | undefined;

  /**
   * @returns whether the row is complete or continues in the next line; else what is wrong with it
   */
  scan(line: string): 'whole' | 'open' | string {
    let at = 0;
    if (this.#open !== undefined) this.#open += '\n';
    for (;;) {
      const isQuoted = this.#open !== undefined || line[at] === '"';
      const end = isQuoted ? this.#scanQuoted(line, at) : this.#scanPlain(line, at);
      if (typeof end === 'string') return end;
      if (end === line.length) return 'whole';
      at = end + 1;
    }
  }

  /** @returns where the field ends: at a comma or at the end of the line */
  #scanPlain(line: string, from: number): number | string {
    const comma = line.indexOf(',', from);
    const end = comma === -1 ? line.length : comma;
    const field = line.slice(from, end);
    if (field.includes('"')) return STRAY_QUOTE;
    this.fields.push(field);
    return end;
  }

  #scanQuoted(line: string, start: number): number | string {
    let from = this.#open === undefined ? start + 1 : start;
    let text = this.#open ?? '';
    for (;;) {
      const quote = line.indexOf('"', from);
      if (quote === -1) {
        this.#open = text + line.slice(from);
        return 'open';
      }
      text += line.slice(from, quote);
      if (line[quote + 1] !== '"') {
        this.#open = undefined;
        this.fields.push(text);
        return quote + 1 === line.length || line[quote + 1] === ',' ? quote + 1 : AFTER_QUOTE;
      }
      text += '"';
      from = quote + 2;
    }
  }
}
