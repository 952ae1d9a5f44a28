import type { CompiledPolicy } from '../rules/quota-policy';
import type { ExchangeMembers } from './exchange-members';
import { shareOf } from './share-policy';
import type { PeerReport, SpendingEntry } from './spending-report';

/**
 * One policy of a client that several instances share: the number all of them keep, and what it is
 * made of.
 *
 * The common TAT moves by what each instance has really spent since it was set right last
 * (cumulative counters: loss, repeats and reordering do no harm), plus, for the moment, what the
 * others will have spent since they reported.
 */
export interface SharedColumn {
  policy: CompiledPolicy;
  /** Units admitted and asked for here since the client was taken up. */
  spent: number;
  demanded: number;
  /** The common TAT as of the latest exchange, and how much of `spent` is in it. */
  tat: number;
  settled: number;
  demandedBefore: number;
  /** Units a millisecond. */
  demand: number;
  /** Of the quota, until the next exchange: 0–1. */
  share: number;
  /** Debt at which to tell the others without waiting. */
  nudgeAtMs: number;
  peers: Map<string, PeerCounter>;
}

/**
 * What is known of another instance. It is kept while nothing is heard of it: what it has told is
 * in the common TAT already.
 */
interface PeerCounter {
  joined: number;
  at: number;
  since: number;
  spent: number;
  demanded: number;
  /** Units a millisecond; 0 while it says nothing of the client. */
  spending: number;
  demand: number;
}

/** The moment at which a client's columns are set right. */
export interface Settlement {
  now: number;
  /** The exchange before this one. */
  settledAt: number;
  /**
   * The last one that brought a report of every instance: what was spent after it may still be
   * told.
   */
  completeAt: number;
  /** When the client was taken up. */
  since: number;
  members: Pick<ExchangeMembers, 'count' | 'ages'>;
}

const DEMAND_MEMORY_MS = 500;
const EXTRAPOLATION_MAX_MS = 1_000;
/**
 * For so long after a client was taken up, a peer that says nothing of it yet is taken to need an
 * equal part.
 */
const SILENCE_MS = 400;
/** More debt than this many bursts is forgiven: it would only be the error of a long silence. */
const DEBT_MAX_BURSTS = 2;

/** @param spent units that were admitted here before, which are in `tat` */
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
 * A peer has told what it spent.
 *
 * @param isStranger the client was taken up because of these very reports: what its peers have
 * spent is in the debt they tell
 */
export function hearPeer(
  column: SharedColumn,
  { member, ageMs, report }: PeerReport,
  entry: SpendingEntry,
  isStranger: boolean,
  { now, completeAt }: Pick<Settlement, 'now' | 'completeAt'>,
): void {
  const { intervalMs } = column.policy;
  const known = column.peers.get(member);
  if (!known || known.joined !== entry.joined) {
    column.tat = isStranger
      ? Math.max(column.tat, now + entry.debtMs - ageMs + column.settled * intervalMs)
      : Math.max(column.tat, completeAt) + entry.spent * intervalMs;
    const { joined, spent, demanded } = entry;
    const { at } = report;
    column.peers.set(member, { joined, at, since: at, spent, demanded, spending: 0, demand: 0 });
    return;
  }
  const elapsed = report.at - known.at;
  if (elapsed <= 0) return; // the same report again, or one that was overtaken
  const more = Math.max(0, entry.spent - known.spent);
  column.tat = Math.max(column.tat, completeAt) + more * intervalMs;
  const weight = weightOf(elapsed, report.at - known.since);
  known.spending += (more / elapsed - known.spending) * weight;
  known.demand += (Math.max(0, entry.demanded - known.demanded) / elapsed - known.demand) * weight;
  known.at = report.at;
  known.spent = Math.max(known.spent, entry.spent);
  known.demanded = Math.max(known.demanded, entry.demanded);
}

/** A peer has reported, and says nothing of the client: nobody asks it any more. */
export function silencePeer(column: SharedColumn, member: string): void {
  const counter = column.peers.get(member)!;
  counter.spending = 0;
  counter.demand = 0;
}

/**
 * Sets the column right once all have been heard: its share, and when to tell the others before it
 * is due.
 *
 * @returns the common TAT, as far as can be known
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
 * What each of the others asks for, in units a millisecond, and what they will have spent since
 * they reported, in units.
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
  const isNew = now - since < SILENCE_MS;
  while (isNew && demands.length < members.count - 1) demands.push(1 / intervalMs / members.count);
  return { demands, unreported };
}

/**
 * Of the latest of some measurements: exponential smoothing by time, a plain mean until it has seen
 * enough.
 */
function weightOf(elapsedMs: number, observedMs: number): number {
  return Math.max(1 - Math.exp(-elapsedMs / DEMAND_MEMORY_MS), Math.min(1, elapsedMs / observedMs));
}
