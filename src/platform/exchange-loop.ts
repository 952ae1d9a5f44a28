import type { Logger } from './telemetry/logger';

/**
 * Exchanges with a store at an interval, beside the requests: none ever waits for it.
 *
 * Algorithm: one exchange each interval ± 20 %, so that the instances do not come together; within
 * NUDGE_GAP_MS when somebody nudges. Never two at once.
 * Bound: one timer, one exchange under way. `exchange` must settle by itself.
 * Failure: the circuit opens at the third failure in a row; then one exchange is tried each
 * PROBE_MS.
 */
export interface ExchangeLoop {
  /**
   * Exchanges once, so that the others are heard before the first request; a store that is away
   * does not hold the start up.
   */
  start(): Promise<void>;
  nudge(): void;
  /** Waits for the exchange under way; there is no other. */
  close(): Promise<void>;
  readonly state: ExchangeState;
}

export interface ExchangeState {
  /** Milliseconds since the last exchange that succeeded. */
  ageMs: number;
  open: boolean;
  swaps: number;
  failures: number;
}

export interface ExchangeLoopOptions {
  /** What the log calls it. */
  name: string;
  /** What the log says happens while the store is away. */
  whileAway: string;
  store: string;
  intervalMs: number;
  exchange(): Promise<void>;
  /** After a failure. @param heardAt when an exchange last succeeded */
  onFailure?(heardAt: number, now: number): void;
  logger: Logger;
  /** Monotonic milliseconds. */
  now(): number;
  /** 0–1 */
  random(): number;
  /** Calls `run` once in `delayMs`; the result takes that back. */
  schedule(run: () => void, delayMs: number): () => void;
}

const JITTER = 0.2;
const NUDGE_GAP_MS = 25;
const FAILURES_TO_OPEN = 3;
const PROBE_MS = 500;

export function createExchangeLoop(options: ExchangeLoopOptions): ExchangeLoop {
  const { name, whileAway, store, intervalMs, exchange, onFailure, logger, now, random, schedule } =
    options;
  let heardAt = now();
  let endedAt = Number.NEGATIVE_INFINITY;
  let failuresInARow = 0;
  let swaps = 0;
  let failures = 0;
  let underWay: Promise<void> | null = null;
  let dueAt = Number.POSITIVE_INFINITY;
  let takeBack = () => {};
  let closed = false;

  async function swap(): Promise<void> {
    swaps += 1;
    try {
      await exchange();
      heardAt = now();
      if (failuresInARow >= FAILURES_TO_OPEN) logger.info({ store }, `${name} is back`);
      failuresInARow = 0;
    } catch (error) {
      failures += 1;
      failuresInARow += 1;
      if (failuresInARow === FAILURES_TO_OPEN)
        logger.warn({ err: error, store }, `${name} is away: ${whileAway}`);
      onFailure?.(heardAt, now());
    }
    endedAt = now();
  }

  function run(): void {
    dueAt = Number.POSITIVE_INFINITY;
    underWay = swap().finally(() => {
      underWay = null;
      arm(endedAt + pause());
    });
  }

  function pause(): number {
    const jitter = 1 + JITTER * (2 * random() - 1);
    if (failuresInARow >= FAILURES_TO_OPEN) return PROBE_MS * jitter;
    return intervalMs * jitter;
  }

  function arm(at: number): void {
    if (closed || at >= dueAt) return;
    takeBack();
    dueAt = at;
    takeBack = schedule(run, Math.max(0, at - now()));
  }

  return {
    start: () => {
      run();
      return underWay ?? Promise.resolve();
    },
    nudge: () => {
      if (underWay === null && failuresInARow < FAILURES_TO_OPEN) arm(endedAt + NUDGE_GAP_MS);
    },
    close: async () => {
      closed = true;
      takeBack();
      await underWay;
    },
    get state() {
      const open = failuresInARow >= FAILURES_TO_OPEN;
      return { ageMs: now() - heardAt, open, swaps, failures };
    },
  };
}

/** The clock's own timers; they hold no process up. */
export function schedule(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
}
