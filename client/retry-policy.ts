/**
 * Decides when to try a request again.
 *
 * Algorithm: wait as long as Retry-After says, plus a random time below a bound that doubles with
 * each try ("full jitter": M. Brooker, Exponential Backoff And Jitter, AWS 2015). A budget (as in
 * Google's SRE book, ch. 21) limits all retries of a client: each request earns a tenth of a retry.
 * So a client sends a tenth more requests during an outage, not three times as many.
 * Bound: TRIES_MAX tries, a Retry-After of at most RETRY_AFTER_MAX_MS, BUDGET_MAX saved retries.
 */
const TRIES_MAX = 3;
const BASE_MS = 100;
const CAP_MS = 2_000;
const RETRY_AFTER_MAX_MS = 10_000;
const EARNED_PER_REQUEST = 0.1;
const BUDGET_MAX = 10;

const RETRIED_STATUSES: readonly number[] = [429, 502, 503, 504];

export interface RetryBudget {
  /** Called for each request: earns a tenth of a retry. */
  earn(): void;
  /** Spends one retry. @returns false when less than one is saved */
  spend(): boolean;
}

export function createRetryBudget(): RetryBudget {
  let saved = BUDGET_MAX;
  return {
    earn: () => {
      saved = Math.min(BUDGET_MAX, saved + EARNED_PER_REQUEST);
    },
    spend: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}

/**
 * How many milliseconds to wait before try number `tries` + 1; null: do not try again.
 *
 * @param tries how many were made
 * @param status null: there was no usable answer
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
 * The wait that Retry-After asks for (RFC 9110, 10.2.3), in milliseconds. It holds seconds or a
 * date. A date is compared with the answer's own `Date` if the client can read that, because clocks
 * differ. A date in the past, or any other text, gives 0.
 *
 * @param nowMs this machine's clock, milliseconds since 1970
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, nowMs: number): number {
  const asked = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(asked)) return Number(asked) * 1_000;
  const sentMs = toTime(headers.get('date'));
  const untilMs = toTime(asked) - (Number.isNaN(sentMs) ? nowMs : sentMs);
  return Math.max(0, untilMs || 0);
}

/** Checks the form of an HTTP date first, because Date.parse takes `-5` for a year. */
function toTime(date: string | null): number {
  return date !== null && /^[A-Z][a-z]{2,8}, .* GMT$/.test(date) ? Date.parse(date) : Number.NaN;
}
