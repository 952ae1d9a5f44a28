import { DatabaseError } from 'pg';

/**
 * True when nothing was written and the same transaction may succeed now: after a deadlock, a
 * serialization failure or a unique violation. Writers look for existing rows before they insert,
 * so a unique violation is a lost race, and looking again decides it.
 */
export function isRetryable(error: unknown): boolean {
  return error instanceof DatabaseError && RETRYABLE_CODES.has(error.code ?? '');
}

const RETRYABLE_CODES = new Set(['40P01', '40001', '23505']);

/**
 * SQLSTATE classes of a server that cannot serve us now: connections, resources, operator
 * intervention.
 */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57']);
const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '25006', // read-only: the server has become a replica
]);
/**
 * Errors of pg itself, without a code: a connection ended under a query, or none was free in time.
 */
const UNAVAILABLE_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|not queryable/;

/**
 * True when the database cannot be reached or has no room: the same request may succeed later
 * (503).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  if (code !== undefined && UNAVAILABLE_CODES.has(code)) return true;
  if (error instanceof DatabaseError) return UNAVAILABLE_CLASSES.has(code?.slice(0, 2) ?? '');
  return UNAVAILABLE_MESSAGES.test(message ?? '');
}

/** True when a row with these values exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '23505';
}

/**
 * One line. `localhost` may resolve to two addresses; pg then throws their two failures without a
 * message.
 */
export function failureReason(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || `${error}`;
}
