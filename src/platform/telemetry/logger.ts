import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/**
 * Writes JSON lines to standard output (log-destination.ts). Nginx has an access log line for every
 * request. An instance logs writes, errors and slow requests, and with the level `debug` every
 * request. Of a database error it logs the fields that name the broken rule, and none that quote a
 * row, because rows hold e-mail addresses and the texts of reviews.
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

/** The fields of an error that are logged besides its type, message and stack. */
const LOGGED_FIELDS = [
  'code',
  'constraint',
  'table',
  'column',
  'schema',
  'severity',
  'routine',
  'syscall',
] as const;

/** `stack` includes the stacks of the causes. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { type, message, stack } = pino.stdSerializers.err(error);
  const known = error as Partial<Record<(typeof LOGGED_FIELDS)[number], unknown>>;
  const fields = LOGGED_FIELDS.flatMap((name) =>
    known[name] === undefined ? [] : [[name, known[name]]],
  );
  return { type, message, stack, ...Object.fromEntries(fields) };
}
