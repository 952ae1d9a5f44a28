import { MEMBER_TTL_MS, type PeerReport } from './spending-report';

/** Nothing heard for so long: the store was away. */
const SILENCE_MS = 600;
/** Once it is back, all who live have reported within so long: they try twice a second. */
const RETURN_MS = 1_500;

/**
 * Which other instances there are: those that have reported in the last two seconds. It remembers
 * that itself: a store that has lost all reports, or comes back without any that is young enough,
 * does not make six instances believe for a moment that each is alone.
 */
export interface ExchangeMembers {
  /** What one exchange has brought. `now` in monotonic milliseconds. */
  hear(peers: readonly PeerReport[], now: number): void;
  /** This one too. */
  readonly count: number;
  /** Whether the latest exchange has brought a report of each. */
  readonly allHeard: boolean;
  /** By member, how old its latest report was at the latest exchange, in milliseconds. */
  readonly ages: ReadonlyMap<string, number>;
}

/** @param assumed how many to reckon with until the first exchange */
export function createExchangeMembers(assumed: number): ExchangeMembers {
  const reportedAt = new Map<string, number>();
  let heardAt = Number.NEGATIVE_INFINITY;
  let backAt = Number.NEGATIVE_INFINITY;
  let count = assumed;
  let allHeard = false;
  let ages = new Map<string, number>();

  function hear(peers: readonly PeerReport[], now: number): void {
    if (now - heardAt > SILENCE_MS) backAt = now;
    heardAt = now;
    for (const { member, ageMs } of peers) reportedAt.set(member, now - ageMs);
    for (const [member, at] of reportedAt)
      if (now - at >= MEMBER_TTL_MS && now - backAt >= RETURN_MS) reportedAt.delete(member);
    count = reportedAt.size + 1;
    allHeard = peers.length === reportedAt.size;
    ages = new Map([...reportedAt].map(([member, at]) => [member, now - at]));
  }

  return {
    hear,
    get count() {
      return count;
    },
    get allHeard() {
      return allHeard;
    },
    get ages() {
      return ages;
    },
  };
}
