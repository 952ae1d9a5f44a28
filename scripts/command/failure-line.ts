import { DatabaseError } from 'pg';
import { failureReason } from '../../src/platform/db/pg-errors';
import { UserError } from './user-error';

/**
 * One line for a failure: what is wrong and what to do about it. A UserError brings its own line.
 * The code of a system or database failure selects a line. Only a bug in Starling is printed with
 * its stack.
 */
export function failureLine(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (isBug(error)) return `a bug in Starling, please report it: ${(error as Error).stack}`;
  const line = databaseFailure(error) ?? systemFailure(error) ?? failureReason(error);
  return line.trim().split('\n')[0]!;
}

/** The errors that the JavaScript engine throws for a bug; failures of the system have a code. */
const BUG_NAMES = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError']);

function isBug(error: unknown): boolean {
  const { name, code } = error as NodeJS.ErrnoException;
  return code === undefined && BUG_NAMES.has(name);
}

type SystemError = NodeJS.ErrnoException & { dest?: string; address?: string; port?: number };

function systemFailure(error: unknown): string | undefined {
  const { code, syscall, path, address, port } = error as SystemError;
  const file = path ?? 'a file';
  const server = port === undefined ? 'the database' : `${address ?? 'localhost'}:${port}`;
  switch (code) {
    case 'ENOENT':
      return `${file} does not exist`;
    case 'ENOTDIR':
      return `${file}: a part of this path is a file, not a folder`;
    case 'EISDIR':
    case 'ERR_FS_EISDIR':
      return `${path ?? 'the path'} is a folder; give a file`;
    case 'EEXIST':
      return syscall === 'mkdir' ? `${file} is a file; give a folder` : `${file} exists already`;
    case 'EACCES':
    case 'EPERM':
      return `${file}: permission denied; run this as a user who may use it`;
    case 'EROFS':
      return `${file} is on a read-only file system`;
    case 'ENOSPC':
      return `the disk is full${path ? ` (${path})` : ''}; make room and try again`;
    case 'EDQUOT':
      return `this user's share of the disk is full${path ? ` (${path})` : ''}; make room and try again`;
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open; raise the limit (ulimit -n) and try again';
    case 'ECONNREFUSED':
      return `nothing listens at ${portOf(error) ?? server}; is PostgreSQL running there?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host ${(error as { hostname?: string }).hostname ?? ''} cannot be found; check DATABASE_URL`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `${server} cannot be reached (${code}); check DATABASE_URL and the network`;
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection to the database was lost; try again';
    default:
      return undefined;
  }
}

/** `localhost` may resolve to two addresses; Node then reports both failures in one error. */
function portOf(error: unknown): string | undefined {
  const [first] = (error as AggregateError).errors ?? [];
  return first && `${(first as SystemError).address}:${(first as SystemError).port}`;
}

function databaseFailure(error: unknown): string | undefined {
  if (!(error instanceof DatabaseError)) return undefined;
  const { code = '', message } = error;
  switch (code) {
    case '28P01':
    case '28000':
      return `the database rejects this user or password (${message}); check DATABASE_URL`;
    case '3D000':
      return `the server has no such database (${message}); create it, or check DATABASE_URL`;
    case '3F000':
    case '42P01':
    case '42703':
    case '42883':
      return `the database lacks the tables of this version of Starling (${message}); start an instance once to migrate it`;
    case '42501':
      return `the database's user may not do this (${message})`;
    case '53100':
      return `the disk of the database is full (${message}); make room and try again`;
    case '53300':
      return `the server has no connection left (${message}); stop something, or raise max_connections`;
    case '25006':
      return 'the database is read-only (a replica, or by its settings); DATABASE_URL must name the primary';
    case '55P03':
      return `the database is busy: a lock was not free in time (${message}); try again`;
    case '57P01':
    case '57P02':
    case '57P03':
      return `the server is starting or stopping (${message}); try again`;
    default:
      return `the database reports: ${message} (${code})`;
  }
}
