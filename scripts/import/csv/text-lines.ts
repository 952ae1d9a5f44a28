import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';

/** A line without its end, numbered from 1 as in an editor. */
export interface TextLine {
  number: number;
  text: string;
  /** What is wrong with it. The text of a line that is too long is empty. */
  fault: string | undefined;
}

/** The bound of memory for any file. */
export const LINE_BYTES_MAX = 1 << 20;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads the lines of a UTF-8 file, some hundred at a time. A line ends with LF, CR LF or CR, also
 * mixed. Bytes that are not UTF-8 are a fault of their line.
 */
export async function* readLines(file: string): AsyncGenerator<TextLine[]> {
  const splitter = new LineSplitter();
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>)
    yield splitter.split(chunk);
  yield splitter.end();
}

class LineSplitter {
  #number = 0;
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  /** The last chunk ended with CR: an LF that comes next belongs to it. */
  #afterReturn = false;

  split(chunk: Buffer): TextLine[] {
    const lines: TextLine[] = [];
    let from = this.#afterReturn && chunk[0] === LINE_FEED ? 1 : 0;
    this.#afterReturn = false;
    let feed = chunk.indexOf(LINE_FEED, from);
    let carriage = chunk.indexOf(CARRIAGE_RETURN, from);
    while (feed !== -1 || carriage !== -1) {
      const end = feed === -1 || (carriage !== -1 && carriage < feed) ? carriage : feed;
      lines.push(this.#finish(chunk.subarray(from, end)));
      from = end === carriage && feed === end + 1 ? end + 2 : end + 1;
      this.#afterReturn = end === carriage && end + 1 === chunk.length;
      if (feed !== -1 && feed < from) feed = chunk.indexOf(LINE_FEED, from);
      if (carriage !== -1 && carriage < from) carriage = chunk.indexOf(CARRIAGE_RETURN, from);
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** The last line, where nothing ends it. */
  end(): TextLine[] {
    return this.#begunBytes > 0 ? [this.#finish(Buffer.alloc(0))] : [];
  }

  #keep(bytes: Buffer): void {
    this.#begunBytes += bytes.length;
    if (this.#begunBytes > LINE_BYTES_MAX) this.#begun = [];
    else if (bytes.length > 0) this.#begun.push(bytes);
  }

  #finish(rest: Buffer): TextLine {
    this.#keep(rest);
    const bytes = this.#begun.length === 1 ? this.#begun[0]! : Buffer.concat(this.#begun);
    const isTooLong = this.#begunBytes > LINE_BYTES_MAX;
    this.#begun = [];
    this.#begunBytes = 0;
    this.#number += 1;
    let text = bytes.toString('utf8');
    if (this.#number === 1 && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    const fault = isTooLong
      ? `is longer than ${LINE_BYTES_MAX} bytes`
      : isUtf8(bytes)
        ? undefined
        : 'is not UTF-8';
    return { number: this.#number, text, fault };
  }
}
