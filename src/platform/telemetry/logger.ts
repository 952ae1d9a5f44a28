import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/**
 * JSON lines on standard output (log-destination.ts). Nginx writes a line for every request; an
 * instance writes one for what is out of the ordinary (errors, refusals, slow answers), and every
 * request at `debug`. Of a database's error it writes what says which rule was broken, and nothing
 * that quotes a row: rows hold addresses and what users wrote.
 */
export function createLogger(
  level: string,
  instance: string,
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    base: { instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

const TOLD = [
  'code',
  'constraint',
  'table',
  'column',
  'schema',
  'severity',
  'routine',
  'syscall',
] as const;

/** `stack` holds the stacks of the causes too. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { type, message, stack } = pino.stdSerializers.err(error);
  const known = error as Partial<Record<(typeof TOLD)[number], unknown>>;
  const told = TOLD.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]]));
  return { type, message, stack, ...Object.fromEntries(told) };
}
