/**
 * When to try again, and when not to.
 *
 * Algorithm: wait as long as Retry-After says, plus a random part of a bound that doubles with each try ("full jitter": M. Brooker,
 * Exponential Backoff And Jitter, AWS 2015). A budget (as in Google's SRE book, ch. 21): each request earns a tenth of a retry, so
 * that an outage is met with a tenth more requests, not with three times as many.
 * Bound: TRIES_MAX tries, RETRY_AFTER_MAX_MS of waiting for one of them, BUDGET_MAX saved retries.
 */
const TRIES_MAX = 3;
const BASE_MS = 100;
const CAP_MS = 2_000;
const RETRY_AFTER_MAX_MS = 10_000;
const EARNED_A_REQUEST = 0.1;
const BUDGET_MAX = 10;

const RETRIED_STATUSES: readonly number[] = [429, 502, 503, 504];

export interface RetryBudget {
  earn(): void;
  /** Whether there was one to spend. */
  spend(): boolean;
}

export function createRetryBudget(): RetryBudget {
  let saved = BUDGET_MAX;
  return {
    earn: () => {
      saved = Math.min(BUDGET_MAX, saved + EARNED_A_REQUEST);
    },
    spend: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}

/**
 * How long to wait before try number `tries` + 1; null: not to try again.
 *
 * @param status null: there was no answer
 * @param retryAfter the header's value
 * @param random 0–1
 */
export function waitBeforeRetry(
  tries: number,
  status: number | null,
  retryAfter: string | null,
  random: number,
): number | null {
  if (tries >= TRIES_MAX) return null;
  if (status !== null && !RETRIED_STATUSES.includes(status)) return null;
  const askedMs = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : 0;
  if (askedMs > RETRY_AFTER_MAX_MS) return null;
  return askedMs + random * Math.min(CAP_MS, BASE_MS * 2 ** tries);
}
