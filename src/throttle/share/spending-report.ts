/**
 * What one instance tells the others at an exchange (quota-sharing.ts). Counters are cumulative, so
 * a report that is lost, repeated or late does no harm.
 */
export interface SpendingReport {
  /**
   * The reporter's monotonic clock, in milliseconds: only differences between its own reports mean
   * anything.
   */
  at: number;
  entries: SpendingEntry[];
}

export interface SpendingEntry {
  /** `a` or `c` (address or API client), then the keyed hash in hexadecimal. */
  key: string;
  policy: string;
  /** Grows each time that the reporter begins to share the client, with its counters at zero. */
  epoch: number;
  /** Units admitted in this epoch. */
  spent: number;
  /** Units asked for in this epoch, admitted or not. */
  demanded: number;
  /** The common TAT as the reporter knows it, in milliseconds after `at`. */
  debtMs: number;
}

/** A member that has not reported for this long no longer counts as an instance. */
export const MEMBER_TTL_MS = 2_000;

/** The latest report of another instance. */
export interface PeerReport {
  /** One run of one instance: a restart makes a new member. */
  member: string;
  /** By the store's clock. */
  ageMs: number;
  report: SpendingReport;
}

type Row = [
  key: string,
  policy: string,
  epoch: number,
  spent: number,
  demanded: number,
  debtMs: number,
];

/** Numbers are rounded to a thousandth. */
export function writeReport({ at, entries }: SpendingReport): string {
  const rows = entries.map(
    (each): Row => [
      each.key,
      each.policy,
      each.epoch,
      round(each.spent),
      round(each.demanded),
      round(each.debtMs),
    ],
  );
  return JSON.stringify([round(at), rows]);
}

/** @returns a report without entries when the text cannot be read (the form of another release) */
export function readReport(text: string): SpendingReport {
  try {
    const [at, rows] = JSON.parse(text) as [number, Row[]];
    return {
      at,
      entries: rows.map(([key, policy, epoch, spent, demanded, debtMs]) => ({
        key,
        policy,
        epoch,
        spent,
        demanded,
        debtMs,
      })),
    };
  } catch {
    return { at: 0, entries: [] };
  }
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
