import type { Logger } from './telemetry/logger';

/**
 * Runs an exchange with a store at an interval, in the background: no request waits for it.
 *
 * Algorithm: one exchange per interval ± 20 %, so that the instances do not all come at once. A
 * nudge moves the next exchange to NUDGE_GAP_MS after the last one. Two never overlap.
 * Bound: one timer and one exchange under way. `exchange` must settle by itself.
 * Failure: the circuit opens at the third failure in a row. While it is open, the loop tries one
 * exchange per PROBE_MS (± 20 %) and ignores nudges; one success closes it.
 */
export interface ExchangeLoop {
  /**
   * Exchanges once, so that this instance knows of the others before its first request. Resolves
   * also when that exchange fails.
   */
  start(): Promise<void>;
  /** Asks for an exchange soon. */
  nudge(): void;
  /** Stops the timer and waits for the exchange under way. */
  close(): Promise<void>;
  readonly state: ExchangeState;
}

export interface ExchangeState {
  /** Milliseconds since the last exchange that succeeded. */
  ageMs: number;
  /** Whether the circuit is open: the last three exchanges or more have failed. */
  open: boolean;
  /** How many exchanges were tried. */
  swaps: number;
  failures: number;
}

export interface ExchangeLoopOptions {
  /** The exchange's name in the log. */
  name: string;
  /** For the log: the effect while the store is unavailable. */
  effectOfOutage: string;
  /** The store's name in the log. */
  store: string;
  intervalMs: number;
  exchange(): Promise<void>;
  /** Called after each failure. @param succeededAt when an exchange last succeeded */
  onFailure?(succeededAt: number, now: number): void;
  logger: Logger;
  /** Monotonic milliseconds. */
  now(): number;
  /** 0–1 */
  random(): number;
  /** Calls `run` once after `delayMs`; calling the result cancels that. */
  schedule(run: () => void, delayMs: number): () => void;
}

const JITTER = 0.2;
const NUDGE_GAP_MS = 25;
const FAILURES_TO_OPEN = 3;
const PROBE_MS = 500;

export function createExchangeLoop(options: ExchangeLoopOptions): ExchangeLoop {
  const {
    name,
    effectOfOutage,
    store,
    intervalMs,
    exchange,
    onFailure,
    logger,
    now,
    random,
    schedule,
  } = options;
  let succeededAt = now();
  let endedAt = Number.NEGATIVE_INFINITY;
  let failuresInARow = 0;
  let swaps = 0;
  let failures = 0;
  let underWay: Promise<void> | null = null;
  let dueAt = Number.POSITIVE_INFINITY;
  let cancel = () => {};
  let closed = false;

  async function exchangeOnce(): Promise<void> {
    swaps += 1;
    try {
      await exchange();
      succeededAt = now();
      if (failuresInARow >= FAILURES_TO_OPEN) logger.info({ store }, `${name} works again`);
      failuresInARow = 0;
    } catch (error) {
      failures += 1;
      failuresInARow += 1;
      if (failuresInARow === FAILURES_TO_OPEN)
        logger.warn({ err: error, store }, `${name} fails: ${effectOfOutage}`);
      onFailure?.(succeededAt, now());
    }
    endedAt = now();
  }

  function run(): void {
    dueAt = Number.POSITIVE_INFINITY;
    underWay = exchangeOnce().finally(() => {
      underWay = null;
      scheduleAt(endedAt + pause());
    });
  }

  function pause(): number {
    const jitter = 1 + JITTER * (2 * random() - 1);
    if (failuresInARow >= FAILURES_TO_OPEN) return PROBE_MS * jitter;
    return intervalMs * jitter;
  }

  function scheduleAt(at: number): void {
    if (closed || at >= dueAt) return;
    cancel();
    dueAt = at;
    cancel = schedule(run, Math.max(0, at - now()));
  }

  return {
    start: () => {
      run();
      return underWay ?? Promise.resolve();
    },
    nudge: () => {
      if (underWay === null && failuresInARow < FAILURES_TO_OPEN)
        scheduleAt(endedAt + NUDGE_GAP_MS);
    },
    close: async () => {
      closed = true;
      cancel();
      await underWay;
    },
    get state() {
      const open = failuresInARow >= FAILURES_TO_OPEN;
      return { ageMs: now() - succeededAt, open, swaps, failures };
    },
  };
}

/** `ExchangeLoopOptions.schedule` with Node's timers. They do not keep the process alive. */
export function schedule(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
}
