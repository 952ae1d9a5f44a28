import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger';
import { failureReason, isDatabaseUnavailable } from './pg-errors';

const PAUSE_FIRST_MS = 250;
const PAUSE_MAX_MS = 5_000;

export interface DatabaseWait {
  databaseUrl: string;
  /** Counted from the first failure. It does not cut off a try that is under way. */
  patienceMs: number;
  logger: Logger;
}

/**
 * Runs `start` again until it no longer fails for want of a database. A service and its database
 * are often started side by side, and a database may be recovering from a crash. The pauses between
 * tries grow from 250 ms to 5 s; each failure is one line in the log. `start` must be repeatable.
 *
 * @throws an Error of one line after `patienceMs`; at once for errors that waiting does not mend,
 * such as a wrong password or a bad migration
 */
export async function onceDatabaseAnswers<T>(
  start: () => Promise<T>,
  wait: DatabaseWait,
): Promise<T> {
  const { databaseUrl, patienceMs, logger } = wait;
  const { host } = new URL(databaseUrl);
  let deadline: number | undefined;
  for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
    try {
      return await start();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      deadline ??= Date.now() + patienceMs;
      if (Date.now() + pauseMs > deadline) {
        const waited = `waited ${patienceMs / 1000} s (DATABASE_WAIT_MS)`;
        throw new Error(
          `The database at ${host} cannot be used: ${failureReason(error)}; ${waited}`,
          {
            cause: error,
          },
        );
      }
      logger.warn(
        { host, reason: failureReason(error), again_ms: pauseMs },
        'waiting for the database',
      );
      await sleep(pauseMs);
    }
  }
}
