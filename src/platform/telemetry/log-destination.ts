import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { counter, type Metric } from './metrics';

/** How much a pipe's reader may be behind, besides what the kernel holds for it (64 kB). */
const BACKLOG_BYTES_MAX = 1_000_000;

/** Where log lines go. `write` neither throws nor waits. */
export interface LogDestination {
  /** @param line with its end */
  write(line: string): void;
  metrics(): Metric[];
}

/**
 * Standard output for a process that must not depend on its log: a line that cannot be written is
 * dropped and counted, and the next one is tried again. A full disk, a pipe that is closed and a
 * pipe that nobody reads all end like this; pino's own destination throws, ends the process, or
 * tries the same line for ever.
 *
 * A pipe or socket is written by Node's stream, which does not block: what its reader has not taken
 * waits in memory, up to BACKLOG_BYTES_MAX. A file or terminal is written at once. If only a part
 * of a line fits on a full disk, the next line that fits begins on a line of its own.
 * Bound: a file on a disk that hangs (not one that is full) holds the process up, as any file does.
 */
export function createLogDestination(
  output: Writable & { fd: number } = process.stdout as typeof process.stdout & { fd: number },
): LogDestination {
  const { fd } = output;
  let dropped = 0;
  let isTorn = false;
  let isBroken = false;
  // Other writers to this output (New Relic's agent) must not end the process either.
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
      counter('log_lines_dropped_total', 'Lines of the log that could not be written', dropped),
    ],
  };
}

function isPipe(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket();
}

/**
 * Node's own warnings go to standard error; without this, one that cannot be written ends the
 * process.
 */
export function tolerateUnwritableErrors(): void {
  process.stderr.on('error', () => {});
}
