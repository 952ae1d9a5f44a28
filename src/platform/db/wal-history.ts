/**
 * Where the primary's write-ahead log was, and when: an upper bound for the age of a replica's
 * data.
 *
 * A replica that has replayed position P shows everything that the primary had committed at P. So
 * its age is at most the time since the primary was last asked and answered P or less. Only this
 * process's clock is read: neither the servers' clocks nor an idle primary (its last commit may be
 * hours old) can mislead it. Bound: positions older than `keptMs` are forgotten. Failure: a
 * position not known to be recent counts as old.
 */
export interface WalHistory {
  /** The primary, asked at `askedAtMs`, was at `position`. */
  note(position: bigint, askedAtMs: number): void;
  /** When the primary was last asked and answered. */
  heardAtMs(): number;
  /**
   * A replica answered at `answeredAtMs` that it has replayed `position`: the latest time as of
   * which it shows everything. −∞: longer ago than is kept, or the replica follows another
   * primary's history.
   */
  shownAsOfMs(position: bigint, answeredAtMs: number): number;
}

export function createWalHistory(keptMs: number): WalHistory {
  let samples: { position: bigint; askedAtMs: number }[] = [];

  function note(position: bigint, askedAtMs: number): void {
    samples = samples.filter((sample) => sample.askedAtMs >= askedAtMs - keptMs);
    samples.push({ position, askedAtMs });
  }

  function shownAsOfMs(position: bigint, answeredAtMs: number): number {
    // A replica can replay only what the primary has written. One that was ahead of it did not
    // follow a failover.
    const isOfAnotherHistory = samples.some(
      (sample) => sample.askedAtMs >= answeredAtMs && sample.position < position,
    );
    if (isOfAnotherHistory) return Number.NEGATIVE_INFINITY;
    return (
      samples.findLast((sample) => sample.position <= position)?.askedAtMs ??
      Number.NEGATIVE_INFINITY
    );
  }

  return {
    note,
    heardAtMs: () => samples.at(-1)?.askedAtMs ?? Number.NEGATIVE_INFINITY,
    shownAsOfMs,
  };
}
