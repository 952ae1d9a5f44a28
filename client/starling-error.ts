import type { Problem } from './contract-types.ts';

/** What the client throws, but for the reason of a signal that its caller aborted. */
export class StarlingError extends Error {
  override readonly name = 'StarlingError';

  constructor(
    message: string,
    /** Of the last answer; null: there was none, or none that could be read. */
    readonly status: number | null,
    /** What the service said; null: nothing, or not as a problem document. */
    readonly problem: Problem | null,
    /** How many requests were sent. */
    readonly tries: number,
    /** `cause`: what went wrong with the last try. */
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What the caller gave cannot be sent. */
export function unsendable(message: string, cause?: unknown): StarlingError {
  return new StarlingError(message, null, null, 0, cause === undefined ? undefined : { cause });
}
