import { type InputError, Problem, type ProblemOptions } from './problem';

/**
 * An answer names this many bad values and counts the others, so that an answer is never many times
 * as large as its request.
 */
export const ERRORS_MAX = 20;
const PATH_LENGTH_MAX = 200;
const MESSAGE_LENGTH_MAX = 500;

/**
 * The problem that names these bad values of a body: the first twenty, and how many more there are.
 */
export function invalidBody(errors: readonly InputError[]): Problem {
  return new Problem('invalid-body', boundErrors(errors));
}

export function boundErrors(errors: readonly InputError[]): ProblemOptions {
  const named = errors.slice(0, ERRORS_MAX).map(({ path, message }) => ({
    path: shorten(path, PATH_LENGTH_MAX),
    message: shorten(message, MESSAGE_LENGTH_MAX),
  }));
  const more = errors.length - named.length;
  if (more === 0) return { errors: named };
  const words = more === 1 ? '1 more value is' : `${more} more values are`;
  return { detail: `The first ${ERRORS_MAX} are named; ${words} not valid.`, errors: named };
}

/** The cut may split a surrogate pair; `toWellFormed` replaces the half that is left. */
function shorten(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1).toWellFormed()}…`;
}
