import type { Logger } from '../platform/telemetry/logger';
import type { SharedQuotas } from './quota-sharing';
import { type PeerReport, readReport, writeReport } from './spending-report';

/** Where instances leave their reports: PostgreSQL or Valkey. */
export interface ReportStore {
  name: string;
  /** Without a reason to hurry, how often. */
  intervalMs: number;
  /**
   * Puts this member's report in place of its last one and returns the others' that are younger than MEMBER_TTL_MS. It must settle
   * within SWAP_TIMEOUT_MS. @throws whatever the store says
   */
  swap(member: string, report: string): Promise<StoredReport[]>;
  close(): Promise<void>;
}

export interface StoredReport {
  member: string;
  /** By the store's clock. */
  ageMs: number;
  report: string;
}

export const SWAP_TIMEOUT_MS = 300;

/**
 * Tells the others and hears of them, beside the requests: none ever waits for it.
 *
 * Algorithm: one swap each interval ± 20 %, so that the six do not come together; within
 * NUDGE_GAP_MS when a client's bucket empties quickly. Never two swaps at once.
 * Bound: one timer, one swap under way.
 * Failure: the circuit opens at the third failed swap; then one is tried each PROBE_MS, and shares drift to 1/N (quota-sharing.ts).
 */
export interface SpendingExchange {
  /** Swaps once, so that the others are counted before the first request; a store that is away does not hold the start up. */
  start(): Promise<void>;
  nudge(): void;
  close(): Promise<void>;
  readonly state: ExchangeState;
}

export interface ExchangeState {
  store: string;
  /** Milliseconds since the others were last heard. */
  ageMs: number;
  open: boolean;
  swaps: number;
  failures: number;
}

export interface SpendingExchangeOptions {
  store: ReportStore;
  /** One life of one instance. */
  member: string;
  shared: Pick<SharedQuotas, 'report' | 'apply' | 'drift'>;
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

export function createSpendingExchange(options: SpendingExchangeOptions): SpendingExchange {
  const { store, member, shared, logger, now, random, schedule } = options;
  let heardAt = now();
  let swappedAt = Number.NEGATIVE_INFINITY;
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
      const stored = await store.swap(member, writeReport(shared.report(now())));
      const at = now();
      shared.apply(stored.map(parse), at);
      heardAt = at;
      if (failuresInARow >= FAILURES_TO_OPEN) logger.info({ store: store.name }, 'throttle exchange is back');
      failuresInARow = 0;
    } catch (error) {
      failures += 1;
      failuresInARow += 1;
      if (failuresInARow === FAILURES_TO_OPEN)
        logger.warn({ err: error, store: store.name }, 'throttle exchange is away: shares go to 1/N');
      shared.drift(heardAt, now());
    }
    swappedAt = now();
  }

  function run(): void {
    dueAt = Number.POSITIVE_INFINITY;
    underWay = swap().finally(() => {
      underWay = null;
      arm(swappedAt + pause());
    });
  }

  function pause(): number {
    const jitter = 1 + JITTER * (2 * random() - 1);
    if (failuresInARow >= FAILURES_TO_OPEN) return PROBE_MS * jitter;
    return store.intervalMs * jitter;
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
      if (underWay === null && failuresInARow < FAILURES_TO_OPEN) arm(swappedAt + NUDGE_GAP_MS);
    },
    close: async () => {
      closed = true;
      takeBack();
      await underWay;
      await store.close();
    },
    get state() {
      const open = failuresInARow >= FAILURES_TO_OPEN;
      return { store: store.name, ageMs: now() - heardAt, open, swaps, failures };
    },
  };
}

function parse({ member, ageMs, report }: StoredReport): PeerReport {
  return { member, ageMs, report: readReport(report) };
}
