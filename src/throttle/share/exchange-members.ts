import { MEMBER_TTL_MS, type PeerReport } from './spending-report';

/** An exchange this long after the one before follows an outage of the store. */
const OUTAGE_MS = 600;
/** After an outage, every live instance reports within this time: each tries twice a second. */
const RETURN_MS = 1_500;

/**
 * Counts the instances: this one, and each other that has reported in the last two seconds.
 *
 * It keeps the times of the reports itself. Otherwise, when the store has lost all reports or comes
 * back with old ones only, each of six instances would believe for a moment that it is alone, and
 * admit the whole quota. After an outage it drops nobody for RETURN_MS.
 */
export interface ExchangeMembers {
  /** After each exchange, with the reports it brought. `now` in monotonic milliseconds. */
  update(peers: readonly PeerReport[], now: number): void;
  /** How many instances there are, this one included. */
  readonly count: number;
  /** Whether the latest exchange brought a report of every other instance. */
  readonly allReported: boolean;
  /** By member, the age of its latest report at the latest exchange, in milliseconds. */
  readonly ages: ReadonlyMap<string, number>;
}

/** @param assumed the count until the first exchange */
export function createExchangeMembers(assumed: number): ExchangeMembers {
  const reportedAt = new Map<string, number>();
  let updatedAt = Number.NEGATIVE_INFINITY;
  let resumedAt = Number.NEGATIVE_INFINITY;
  let count = assumed;
  let allReported = false;
  let ages = new Map<string, number>();

  function update(peers: readonly PeerReport[], now: number): void {
    if (now - updatedAt > OUTAGE_MS) resumedAt = now;
    updatedAt = now;
    for (const { member, ageMs } of peers) reportedAt.set(member, now - ageMs);
    for (const [member, at] of reportedAt)
      if (now - at >= MEMBER_TTL_MS && now - resumedAt >= RETURN_MS) reportedAt.delete(member);
    count = reportedAt.size + 1;
    allReported = peers.length === reportedAt.size;
    ages = new Map([...reportedAt].map(([member, at]) => [member, now - at]));
  }

  return {
    update,
    get count() {
      return count;
    },
    get allReported() {
      return allReported;
    },
    get ages() {
      return ages;
    },
  };
}
