import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { UserError } from '../command/user-error';
import { csvLine } from './csv/csv-line';

export interface RefusalSink {
  /** A line that is not imported. */
  refuse(input: string, line: number, reason: string): void;
  /** A line that is imported with changes. */
  mend(input: string, line: number, change: string): void;
}

/** For a second pass over a file. */
export const silentReport: RefusalSink = { refuse() {}, mend() {} };

const HEADER = 'file,line,reason\n';

/**
 * A CSV file of the lines that were refused or changed: file, line, reason. The first such line
 * creates it. Without any, there is no file, and the report of an earlier import is removed.
 */
export class RefusalReport implements RefusalSink {
  /** Refused lines by input file. */
  readonly refused = new Map<string, number>();
  /** Lines that were changed, by input file. */
  readonly mended = new Map<string, number>();
  #descriptor: number | undefined;

  /** @throws UserError when the file exists and is not such a report, or cannot be removed */
  constructor(readonly file: string) {
    removeReport(file, HEADER);
  }

  refuse(input: string, line: number, reason: string): void {
    this.#add(this.refused, input, line, reason);
  }

  mend(input: string, line: number, change: string): void {
    this.#add(this.mended, input, line, change);
  }

  get isEmpty(): boolean {
    return this.#descriptor === undefined;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }

  #add(counts: Map<string, number>, input: string, line: number, text: string): void {
    if (this.#descriptor === undefined) {
      this.#descriptor = openReport(this.file);
      writeSync(this.#descriptor, HEADER);
    }
    writeSync(this.#descriptor, csvLine([input, line, text]));
    counts.set(input, (counts.get(input) ?? 0) + 1);
  }
}

/** @throws UserError of one line when it cannot be written there */
export function openReport(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/**
 * Removes the file of an earlier import, and no other file: the user may have given the name by
 * mistake.
 *
 * @param header the beginning of such a file
 */
export function removeReport(file: string, header: string): void {
  try {
    if (!['', header].includes(readStart(file, header.length))) {
      throw new UserError(
        `${file} exists and is not a report of an import; --refused FILE chooses another name`,
      );
    }
    rmSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error instanceof UserError ? error : cannotWrite(file, error);
  }
}

function readStart(file: string, length: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const start = Buffer.alloc(length);
    return start.toString('latin1', 0, readSync(descriptor, start));
  } finally {
    closeSync(descriptor);
  }
}

function cannotWrite(file: string, error: unknown): UserError {
  const reason = (error as Error).message.split(',')[0];
  return new UserError(
    `${file} cannot be written (${reason}); --refused FILE chooses another place`,
  );
}
