/**
 * What instances tell each other. Counters are cumulative, so a report that is lost, repeated or
 * late does no harm.
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
  /** Grows each time that the reporter takes the key up again: counters start at zero then. */
  joined: number;
  /** Units admitted since then. */
  spent: number;
  /** Units asked for since then. */
  demanded: number;
  /** How far ahead of now the reporter believes the common TAT to be. */
  debtMs: number;
}

/** A member that has not reported for so long is gone. */
export const MEMBER_TTL_MS = 2_000;

/** Another instance's latest report, and how old it is by the store's clock. */
export interface PeerReport {
  /** One life of one instance. */
  member: string;
  ageMs: number;
  report: SpendingReport;
}

type Row = [
  key: string,
  policy: string,
  joined: number,
  spent: number,
  demanded: number,
  debtMs: number,
];

export function writeReport({ at, entries }: SpendingReport): string {
  const rows = entries.map(
    (each): Row => [
      each.key,
      each.policy,
      each.joined,
      round(each.spent),
      round(each.demanded),
      round(each.debtMs),
    ],
  );
  return JSON.stringify([round(at), rows]);
}

/** What cannot be read (another release's form) is a report of nothing. */
export function readReport(text: string): SpendingReport {
  try {
    const [at, rows] = JSON.parse(text) as [number, Row[]];
    return {
      at,
      entries: rows.map(([key, policy, joined, spent, demanded, debtMs]) => ({
        key,
        policy,
        joined,
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
