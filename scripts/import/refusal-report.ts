import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { csvLine } from './csv-line';

export interface RefusalSink {
  add(input: string, line: number, reason: string): void;
}

/** For who reads a file a second time. */
export const silentReport: RefusalSink = { add() {} };

/**
 * The lines that were not imported, as a CSV file: file, line, reason. It is made with the first refusal; without any there is
 * none, and an older one is removed.
 */
export class RefusalReport implements RefusalSink {
  /** Refused lines by input file. */
  readonly counts = new Map<string, number>();
  #descriptor: number | undefined;

  constructor(readonly file: string) {
    rmSync(file, { force: true });
  }

  add(input: string, line: number, reason: string): void {
    if (this.#descriptor === undefined) {
      this.#descriptor = openSync(this.file, 'w');
      writeSync(this.#descriptor, 'file,line,reason\n');
    }
    writeSync(this.#descriptor, csvLine([input, line, reason]));
    this.counts.set(input, (this.counts.get(input) ?? 0) + 1);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
