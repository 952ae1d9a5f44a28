/**
 * Where the primary's write-ahead log was, and when: tells how old what a replica shows can be.
 *
 * A replica that has replayed position P shows everything that the primary had committed when it was at P. So its age is
 * at most the time since the primary was last asked and said P or less. One clock is read, this process's own: neither
 * the servers' clocks nor an idle primary (whose last commit may be hours old) can mislead it.
 * Bound: positions older than `keptMs` are forgotten. Failure: a position that is not known to be recent counts as old.
 */
export interface WalHistory {
  /** The primary, asked at `askedAtMs`, was at `position`. */
  note(position: bigint, askedAtMs: number): void;
  /** When the primary was last asked and answered. */
  heardAtMs(): number;
  /**
   * The latest time as of which a replica shows everything, having said at `answeredAtMs` that it has replayed `position`.
   * −∞: longer ago than is kept, or the replica follows another history than this primary's.
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
    // Only what the primary has written can be replayed, so one that was ahead of it has stayed behind at a failover.
    const isOfAnotherHistory = samples.some(
      (sample) => sample.askedAtMs >= answeredAtMs && sample.position < position,
    );
    if (isOfAnotherHistory) return Number.NEGATIVE_INFINITY;
    return samples.findLast((sample) => sample.position <= position)?.askedAtMs ?? Number.NEGATIVE_INFINITY;
  }

  return { note, heardAtMs: () => samples.at(-1)?.askedAtMs ?? Number.NEGATIVE_INFINITY, shownAsOfMs };
}
