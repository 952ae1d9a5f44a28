/** The exit code of a command whose arguments are wrong. */
export const EXIT_USAGE = 2;
/** The exit code of a command that the user stopped. Shells report an interrupted program with it. */
export const EXIT_INTERRUPTED = 130;

/**
 * A mistake of the user, or something on this machine that the user can mend. The command prints
 * only its message, which is one line, and exits with its code.
 */
export class UserError extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
