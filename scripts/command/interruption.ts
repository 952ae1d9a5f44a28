import { EXIT_INTERRUPTED, UserError } from './user-error';

/**
 * Does the work until Ctrl-C or SIGTERM aborts its signal. Later signals change nothing: setup.mjs
 * passes on what the terminal has already sent.
 *
 * @throws UserError with this message and exit code 130 when the work failed after the signal,
 * because the user asked for whatever failed
 */
export async function untilInterrupted<T>(
  message: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const interrupted = new AbortController();
  const abort = () => interrupted.abort(new UserError(message, EXIT_INTERRUPTED));
  process.on('SIGINT', abort).on('SIGTERM', abort);
  try {
    return await work(interrupted.signal);
  } catch (error) {
    throw interrupted.signal.aborted ? interrupted.signal.reason : error;
  }
}
