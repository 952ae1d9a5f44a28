/**
 * When to try again, and when not to.
 *
 * Algorithm: wait as long as Retry-After says, plus a random part of a bound that doubles with each
 * try ("full jitter": M. Brooker, Exponential Backoff And Jitter, AWS 2015). A budget (as in
 * Google's SRE book, ch. 21): each request earns a tenth of a retry, so that an outage is met with
 * a tenth more requests, not with three times as many.
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
 * @param status null: there was no answer, or none that could be read
 * @param askedMs what the service asked for (`retryAfterMs`)
 * @param random 0–1
 */
export function waitBeforeRetry(
  tries: number,
  status: number | null,
  askedMs: number,
  random: number,
): number | null {
  if (tries >= TRIES_MAX) return null;
  if (status !== null && !RETRIED_STATUSES.includes(status)) return null;
  if (askedMs > RETRY_AFTER_MAX_MS) return null;
  return askedMs + random * Math.min(CAP_MS, BASE_MS * 2 ** tries);
}

/**
 * What Retry-After asks for (RFC 9110, 10.2.3): seconds, or a date, which counts from the answer's
 * own `Date` where that can be read, since clocks differ. A date that is over, and what is neither,
 * ask for nothing.
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, nowMs: number): number {
  const asked = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(asked)) return Number(asked) * 1_000;
  const sentMs = toTime(headers.get('date'));
  const untilMs = toTime(asked) - (Number.isNaN(sentMs) ? nowMs : sentMs);
  return Math.max(0, untilMs || 0);
}

/** An HTTP date, of which Date.parse takes more than there are: `-5` would be a year. */
function toTime(date: string | null): number {
  return date !== null && /^[A-Z][a-z]{2,8}, .* GMT$/.test(date) ? Date.parse(date) : Number.NaN;
}
