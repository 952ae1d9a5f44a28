import { Transform, type TransformCallback } from 'node:stream';

const LINE_FEED = 10;
const COMMA = 44;

/**
 * Adds `offset` to the number at the beginning of each line. For the files of segments, whose first
 * field is the review id and whose rows are one line each (review-generator.ts): the files are the
 * same for every database, the ids are not.
 */
export function shiftIds(offset: number): Transform {
  /**
   * The first digits of an id whose other digits are in the next chunk; undefined after the id,
   * until the line ends.
   */
  let digits: string | undefined = '';

  function shift(chunk: Buffer): Buffer {
    const parts: Buffer[] = [];
    for (let at = 0; at < chunk.length; ) {
      if (digits !== undefined) {
        const comma = chunk.indexOf(COMMA, at);
        digits += chunk.toString('latin1', at, comma === -1 ? chunk.length : comma);
        if (comma === -1) break;
        parts.push(Buffer.from(`${Number(digits) + offset}`));
        digits = undefined;
        at = comma;
      }
      const lineEnd = chunk.indexOf(LINE_FEED, at);
      const next = lineEnd === -1 ? chunk.length : lineEnd + 1;
      parts.push(chunk.subarray(at, next));
      if (lineEnd !== -1) digits = '';
      at = next;
    }
    return Buffer.concat(parts);
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      done(null, shift(chunk));
    },
  });
}
