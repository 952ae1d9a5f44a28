import {
  createExchangeLoop,
  type ExchangeLoop,
  type ExchangeLoopOptions,
  type ExchangeState,
} from '../../platform/exchange-loop';
import type { SharedQuotas } from './quota-sharing';
import { type PeerReport, readReport, writeReport } from './spending-report';

/** Where instances leave their reports for each other: PostgreSQL or Valkey. */
export interface ReportStore {
  /** For logs and metrics. */
  name: string;
  /** Time between two exchanges when none is asked for earlier. */
  intervalMs: number;
  /**
   * Replaces this member's report and returns the reports of the others that are younger than
   * MEMBER_TTL_MS. It must settle within SWAP_TIMEOUT_MS.
   *
   * @throws the error of the store or of its client
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
 * Exchanges reports with the other instances at an interval (platform/exchange-loop.ts). While the
 * store is unavailable, shares drift to 1/N (quota-sharing.ts).
 */
export interface SpendingExchange extends Omit<ExchangeLoop, 'state'> {
  readonly state: ExchangeState & { store: string };
}

export interface SpendingExchangeOptions
  extends Pick<ExchangeLoopOptions, 'logger' | 'now' | 'random' | 'schedule'> {
  store: ReportStore;
  /** One run of one instance: a restart makes a new member. */
  member: string;
  shared: Pick<SharedQuotas, 'report' | 'apply' | 'drift'>;
}

export function createSpendingExchange(options: SpendingExchangeOptions): SpendingExchange {
  const { store, member, shared, now } = options;
  const loop = createExchangeLoop({
    ...options,
    name: 'throttle exchange',
    effectOfOutage: 'shares go to 1/N',
    store: store.name,
    intervalMs: store.intervalMs,
    exchange: async () => {
      const stored = await store.swap(member, writeReport(shared.report(now())));
      shared.apply(stored.map(parse), now());
    },
    onFailure: shared.drift,
  });

  return {
    start: loop.start,
    nudge: loop.nudge,
    close: async () => {
      await loop.close();
      await store.close();
    },
    get state() {
      return { store: store.name, ...loop.state };
    },
  };
}

function parse({ member, ageMs, report }: StoredReport): PeerReport {
  return { member, ageMs, report: readReport(report) };
}
