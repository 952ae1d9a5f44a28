import type { CompiledPolicy } from '../rules/quota-policy';
import type { ExchangeMembers } from './exchange-members';
import { shareOf } from './share-policy';
import type { PeerReport, SpendingEntry } from './spending-report';

/**
 * One policy of a shared client: the common TAT, and the counters that it is computed from. The
 * whole is explained in quota-sharing.ts.
 *
 * At each exchange the common TAT advances by what every instance has spent since the exchange
 * before. The reported counters are cumulative, so lost, repeated and reordered reports do no harm.
 * Until the next exchange, an estimate of what the others have spent since their reports is added.
 *
 * Times are milliseconds on this instance's monotonic clock; rates are units per millisecond.
 */
export interface SharedColumn {
  policy: CompiledPolicy;
  /** Units admitted here since this instance began to share the client. */
  spent: number;
  /** Units asked for here since then, admitted or not. */
  demanded: number;
  /** The common TAT as of the latest exchange, without the estimate. */
  tat: number;
  /** How much of `spent` is in `tat`. */
  settled: number;
  /** `demanded` at the latest exchange. */
  demandedBefore: number;
  /** The smoothed rate of `demanded`. */
  demand: number;
  /** The part of the quota that this instance may spend until the next exchange: 0–1. */
  share: number;
  /** When the client owes more than this, ask for an exchange at once. */
  nudgeAtMs: number;
  peers: Map<string, PeerCounter>;
}

/**
 * The latest counters of another instance. They are kept while it does not report, because what it
 * has reported is already in the common TAT.
 */
interface PeerCounter {
  epoch: number;
  /** Its own clock at its latest report, and at its first one of this epoch. */
  at: number;
  since: number;
  spent: number;
  demanded: number;
  /** The smoothed rates of `spent` and `demanded`; 0 while its reports omit the client. */
  spending: number;
  demand: number;
}

/** The exchange at which a client's columns are corrected. */
export interface Settlement {
  now: number;
  /** The exchange before this one. */
  settledAt: number;
  /**
   * The latest exchange that brought a report of every instance. What was spent after it may still
   * be reported.
   */
  completeAt: number;
  /** When this instance began to share the client. */
  since: number;
  members: Pick<ExchangeMembers, 'count' | 'ages'>;
}

/** Time constant of the smoothed rates. */
const DEMAND_MEMORY_MS = 500;
/** The spending of a peer is estimated for at most this long after its report. */
const EXTRAPOLATION_MAX_MS = 1_000;
/**
 * A newly shared client may be missing from a peer's reports. For this long, such a peer counts as
 * one that needs an equal share.
 */
const NEW_CLIENT_MS = 400;
/** More debt than this many bursts is dropped: it can only be the error of a long outage. */
const DEBT_MAX_BURSTS = 2;

/**
 * @param tat monotonic milliseconds
 * @param spent units that this instance admitted before, already in `tat`
 * @param share of the quota until the first exchange, 0–1
 */
export function createSharedColumn(
  policy: CompiledPolicy,
  tat: number,
  spent: number,
  share: number,
): SharedColumn {
  return {
    policy,
    spent,
    demanded: spent,
    tat,
    settled: spent,
    demandedBefore: spent,
    demand: 0,
    share,
    nudgeAtMs: Number.POSITIVE_INFINITY,
    peers: new Map(),
  };
}

/**
 * Adds to the common TAT what a peer has spent since its report before.
 *
 * @param isNew this exchange has begun to share the client here, so what its peers have spent is
 *   already in the debt that they report
 */
export function applyPeerEntry(
  column: SharedColumn,
  { member, ageMs, report }: PeerReport,
  entry: SpendingEntry,
  isNew: boolean,
  { now, completeAt }: Pick<Settlement, 'now' | 'completeAt'>,
): void {
  const { intervalMs } = column.policy;
  const known = column.peers.get(member);
  if (!known || known.epoch !== entry.epoch) {
    column.tat = isNew
      ? Math.max(column.tat, now + entry.debtMs - ageMs + column.settled * intervalMs)
      : Math.max(column.tat, completeAt) + entry.spent * intervalMs;
    const { epoch, spent, demanded } = entry;
    const { at } = report;
    column.peers.set(member, { epoch, at, since: at, spent, demanded, spending: 0, demand: 0 });
    return;
  }
  const elapsed = report.at - known.at;
  if (elapsed <= 0) return; // the same report again, or an older one
  const more = Math.max(0, entry.spent - known.spent);
  column.tat = Math.max(column.tat, completeAt) + more * intervalMs;
  const weight = weightOf(elapsed, report.at - known.since);
  known.spending += (more / elapsed - known.spending) * weight;
  known.demand += (Math.max(0, entry.demanded - known.demanded) / elapsed - known.demand) * weight;
  known.at = report.at;
  known.spent = Math.max(known.spent, entry.spent);
  known.demanded = Math.max(known.demanded, entry.demanded);
}

/** For a peer whose report omits the client: the client asks nothing of it any more. */
export function clearPeerRates(column: SharedColumn, member: string): void {
  const counter = column.peers.get(member)!;
  counter.spending = 0;
  counter.demand = 0;
}

/**
 * Corrects the column after the entries of all peers were applied: the common TAT, the share, and
 * the debt at which to exchange early.
 *
 * @returns the common TAT with the estimate of what the peers have spent since their reports
 */
export function settleColumn(column: SharedColumn, settlement: Settlement): number {
  const { now, completeAt, members } = settlement;
  const { policy } = column;
  const own = (column.spent - column.settled) * policy.intervalMs;
  const tat = Math.max(column.tat, completeAt) + own;
  column.tat = Math.min(tat, now + DEBT_MAX_BURSTS * policy.toleranceMs);
  column.settled = column.spent;
  measureOwnDemand(column, settlement);
  const { demands, unreported } = othersOf(column, settlement);
  const estimate = Math.max(column.tat, now) + unreported * policy.intervalMs;
  const fullness = Math.max(0, 1 - (estimate - now) * policy.partPerMs);
  column.share = shareOf(
    column.demand,
    [column.demand, ...demands],
    members.count,
    1 / policy.intervalMs,
    fullness,
  );
  column.nudgeAtMs = estimate - now + policy.toleranceMs / 2;
  return estimate;
}

function measureOwnDemand(column: SharedColumn, { now, settledAt, since }: Settlement): void {
  const elapsed = now - settledAt;
  if (elapsed > 0) {
    const latest = (column.demanded - column.demandedBefore) / elapsed;
    column.demand += (latest - column.demand) * weightOf(elapsed, now - since);
  }
  column.demandedBefore = column.demanded;
}

/**
 * The demand on each of the other instances, in units per millisecond, and an estimate of what they
 * have spent since their reports, in units.
 */
function othersOf(column: SharedColumn, { now, since, members }: Settlement) {
  const { intervalMs } = column.policy;
  const demands: number[] = [];
  let unreported = 0;
  for (const [member, { spending, demand }] of column.peers) {
    const ageMs = members.ages.get(member);
    if (ageMs === undefined) continue;
    unreported += spending * Math.min(ageMs, EXTRAPOLATION_MAX_MS);
    demands.push(demand);
  }
  const isNew = now - since < NEW_CLIENT_MS;
  while (isNew && demands.length < members.count - 1) demands.push(1 / intervalMs / members.count);
  return { demands, unreported };
}

/**
 * The weight of the latest measurement in a smoothed rate: exponential smoothing over time, but a
 * plain mean while the time observed is short.
 */
function weightOf(elapsedMs: number, observedMs: number): number {
  return Math.max(1 - Math.exp(-elapsedMs / DEMAND_MEMORY_MS), Math.min(1, elapsedMs / observedMs));
}
