import type { Problem } from './contract-types.ts';

/** Every error of the client, except the reason of a signal that the caller aborted. */
export class StarlingError extends Error {
  override readonly name = 'StarlingError';

  constructor(
    message: string,
    /** Of the last answer; null: there was no usable answer. */
    readonly status: number | null,
    /** The problem document that the service sent; null: none. */
    readonly problem: Problem | null,
    /** How many requests the client sent. */
    readonly tries: number,
    /** `cause`: what went wrong with the last try. */
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The error for an argument or option that no request can carry. */
export function unsendable(message: string, cause?: unknown): StarlingError {
  return new StarlingError(message, null, null, 0, cause === undefined ? undefined : { cause });
}
