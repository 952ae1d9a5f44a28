import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { counter, type Metric } from './metrics';

/** How many bytes may wait for a pipe's reader, in addition to the kernel's buffer (64 kB). */
const BACKLOG_BYTES_MAX = 1_000_000;

/** Where log lines go. `write` neither throws nor waits. */
export interface LogDestination {
  /** @param line with its line break */
  write(line: string): void;
  metrics(): Metric[];
}

/**
 * Writes the log to standard output so that a failing output never stops the service.
 *
 * Failure: a line that cannot be written is dropped and counted, and the next line is tried. This
 * covers a full disk, a closed pipe and a pipe that nobody reads. In these cases pino's own
 * destination throws, ends the process, or retries the same line forever.
 *
 * A pipe or socket is written through Node's stream, which does not block. Bytes that the reader has
 * not taken wait in memory, up to BACKLOG_BYTES_MAX. A file or terminal is written synchronously. If
 * only a part of a line fits on a full disk, the next line that fits begins with a line break.
 * Bound: a disk that hangs (rather than being full) blocks the process, as with any file.
 */
export function createLogDestination(
  output: Writable & { fd: number } = process.stdout as typeof process.stdout & { fd: number },
): LogDestination {
  const { fd } = output;
  let dropped = 0;
  let isTorn = false;
  let isBroken = false;
  // Other writers to this stream (New Relic's agent) must not end the process either.
  output.on('error', () => {
    isBroken = true;
  });

  function writeToFile(line: string): void {
    const bytes = Buffer.from(isTorn ? `\n${line}` : line);
    try {
      const written = writeSync(fd, bytes);
      isTorn = written < bytes.length;
      if (isTorn) dropped += 1;
    } catch {
      dropped += 1;
    }
  }

  function writeToPipe(line: string): void {
    if (isBroken || output.writableLength + line.length > BACKLOG_BYTES_MAX) dropped += 1;
    else output.write(line);
  }

  return {
    write: isPipe(fd) ? writeToPipe : writeToFile,
    metrics: () => [
      counter('log_lines_dropped_total', 'Log lines that could not be written', dropped),
    ],
  };
}

function isPipe(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket();
}

/**
 * Ignores errors of standard error. Node writes warnings there, and one that cannot be written would
 * end the process.
 */
export function tolerateUnwritableErrors(): void {
  process.stderr.on('error', () => {});
}
