import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/**
 * The files in a load's folder: the manifest, and for each segment its reviews and their summaries.
 */
export const MANIFEST = 'manifest.json';

export function reviewsFile(dir: string, segment: number): string {
  return path.join(dir, `segment-${pad(segment)}.reviews.csv`);
}

export function summariesFile(dir: string, segment: number): string {
  return path.join(dir, `segment-${pad(segment)}.summaries.csv`);
}

function pad(segment: number): string {
  return `${segment}`.padStart(4, '0');
}

const BUFFER_BYTES = 1 << 20;
/** No line is longer: generated texts have some hundred characters. */
const LINE_BYTES_MAX = 64 << 10;

/**
 * A file that gets its name when it is complete: it is written as `.part` and renamed at the end. A
 * buffer of 1 MB gathers lines and is written synchronously, so a generator cannot outrun the disk.
 */
export class WholeFile {
  bytes = 0;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #filled = 0;

  constructor(file: string) {
    this.#path = file;
    this.#descriptor = openSync(`${file}.part`, 'w');
  }

  write(line: string): void {
    if (this.#filled > BUFFER_BYTES - LINE_BYTES_MAX) this.#flush();
    this.#filled += this.#buffer.write(line, this.#filled, 'utf8');
  }

  finish(): void {
    this.#flush();
    closeSync(this.#descriptor);
    renameSync(`${this.#path}.part`, this.#path);
  }

  #flush(): void {
    for (let from = 0; from < this.#filled; ) {
      from += writeSync(this.#descriptor, this.#buffer, from, this.#filled - from);
    }
    this.bytes += this.#filled;
    this.#filled = 0;
  }
}
