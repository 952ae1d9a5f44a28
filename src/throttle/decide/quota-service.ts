import type { CompiledPolicy, CompiledRules, Plan } from '../rules/quota-policy';
import type { ClientIdentity } from './client-identity';
import { COLUMNS, NOT_SHARED, QuotaTable, SHARED_MAX } from './quota-table';

/**
 * One decision: may this client have `cost` units now?
 *
 * Algorithm: GCRA, a token bucket kept as one number, the theoretical arrival time (ITU-T I.371,
 * annex A; for requests: B. Warner, "GCRA"): `next = max(TAT, now) + cost × interval`; admitted if
 * `next − now ≤ burst × interval`. All policies are checked, then all are charged; a refusal
 * charges none. A request dearer than the whole burst passes when nothing else is owed. With
 * several instances each charges 1 ÷ its share (quota-sharing.ts). Addresses and API clients have a
 * table each, so that no flood of addresses can push out a client that has a key. Bound: no await,
 * no timer, nothing allocated. Failure: there is nothing in it that could fail.
 */
export interface QuotaService {
  /**
   * For the client whose hash is in `identity`. `clientId` null: an address. The answer is in
   * `verdict`.
   */
  decide(clientId: string | null, kind: 'read' | 'write', cost: number): boolean;
  /** About the latest decision, valid until the next one. */
  readonly verdict: Verdict;
  readonly counters: QuotaCounters;
  readonly addresses: QuotaTable;
  readonly clients: QuotaTable;
  apply(rules: CompiledRules): void;
  readonly rules: CompiledRules;
}

export interface Verdict {
  plan: Plan;
  /** The announced policy with the smallest part left; −1: there is none. */
  tightest: number;
  /** Whole units left of it, at most its quota. */
  remaining: number;
  /** Whole seconds until it is untouched. */
  resetSeconds: number;
  /** The policy that refuses for the longest; −1: admitted. */
  violated: number;
  retryAfterSeconds: number;
}

export interface QuotaCounters {
  allowed: number;
  refused: number;
  /** Admitted, but a policy in shadow would have refused. */
  shadowRefused: number;
}

export interface QuotaSharing {
  /** A client that is not shared yet has used up half of this instance's part of a burst. */
  wants(table: QuotaTable, slot: number): void;
  /**
   * A shared client has asked for `cost` units of the policy in `column`, and owes it `owedMs` now.
   */
  spent(
    table: QuotaTable,
    slot: number,
    column: number,
    cost: number,
    admitted: boolean,
    owedMs: number,
  ): void;
}

export interface QuotaServiceOptions {
  identity: ClientIdentity;
  rules: CompiledRules;
  addressesMax: number;
  clientsMax: number;
  /** Monotonic milliseconds. */
  now(): number;
  /** A shared client's slot was given to another. */
  onGone(table: QuotaTable, slot: number): void;
}

/** Differences below this are arithmetic, not time. */
const ROUNDING_MS = 1e-6;
/** In place of a price: this policy does not admit. */
const REFUSED = -1;

export function createQuotaService(options: QuotaServiceOptions): QuotaService & {
  share(sharing: QuotaSharing): void;
} {
  const { identity, onGone, now: clock } = options;
  const addresses: QuotaTable = new QuotaTable(options.addressesMax, (slot) =>
    onGone(addresses, slot),
  );
  const clients: QuotaTable = new QuotaTable(options.clientsMax, (slot) => onGone(clients, slot));
  const counters = { allowed: 0, refused: 0, shadowRefused: 0 };
  let rules = options.rules;
  let sharing: QuotaSharing | null = null;
  // Of the decision under way. In arrays, since a number with a fraction that is handed from one
  // function to another, or kept in an object, is an object of its own for the engine.
  const time = new Float64Array(1);
  const debts = new Float64Array(COLUMNS);
  const prices = new Float64Array(COLUMNS);
  const verdict: Verdict = {
    plan: rules.addresses.read,
    tightest: -1,
    remaining: 0,
    resetSeconds: 0,
    violated: -1,
    retryAfterSeconds: 0,
  };

  function decide(clientId: string | null, kind: 'read' | 'write', cost: number): boolean {
    time[0] = clock();
    const table = clientId === null ? addresses : clients;
    const plans =
      clientId === null ? rules.addresses : (rules.named.get(clientId) ?? rules.clients);
    const plan = kind === 'read' ? plans.read : plans.write;
    verdict.plan = plan;
    const known = table.find(identity.high, identity.low);
    const slot = known >= 0 ? known : table.claim(identity.high, identity.low, time[0]!);
    const shadowRefuses = check(table, slot, plan.policies, cost);
    const admitted = verdict.violated < 0;
    charge(table, slot, plan.policies, cost, admitted);
    if (admitted) counters.allowed += 1;
    else counters.refused += 1;
    if (admitted && shadowRefuses) counters.shadowRefused += 1;
    return admitted;
  }

  /**
   * How far ahead each policy's TAT lies, its price, and which enforced one refuses for the
   * longest. True: one in shadow would refuse.
   */
  function check(
    table: QuotaTable,
    slot: number,
    policies: readonly CompiledPolicy[],
    cost: number,
  ): boolean {
    const now = time[0]!;
    const row = table.rowOf(slot) * COLUMNS;
    const tats = table.tatsAt(slot);
    let longestMs = ROUNDING_MS;
    let shadowRefuses = false;
    verdict.violated = -1;
    for (let i = 0; i < policies.length; i += 1) {
      const policy = policies[i]!;
      const ahead = table.tats[tats + policy.column]! - now;
      const owed = Math.max(ahead, 0);
      const price = cost * policy.intervalMs * table.charges[row + policy.column]!;
      const waitMs = price > policy.toleranceMs ? owed : owed + price - policy.toleranceMs;
      debts[i] = owed;
      prices[i] = waitMs > ROUNDING_MS ? REFUSED : price;
      if (waitMs > longestMs) {
        if (policy.shadow) shadowRefuses = true;
        else {
          longestMs = waitMs;
          verdict.violated = i;
        }
      }
    }
    verdict.retryAfterSeconds = Math.ceil(longestMs / 1_000);
    return shadowRefuses;
  }

  /**
   * Charges what was admitted, and notes what is left of the policy with the smallest part left.
   */
  function charge(
    table: QuotaTable,
    slot: number,
    policies: readonly CompiledPolicy[],
    cost: number,
    admitted: boolean,
  ): void {
    const now = time[0]!;
    const tats = table.tatsAt(slot);
    let largestPart = -1;
    let tightest = -1;
    for (let i = 0; i < policies.length; i += 1) {
      const policy = policies[i]!;
      const pays = admitted && prices[i]! !== REFUSED;
      if (pays) {
        debts[i]! += prices[i]!;
        table.tats[tats + policy.column] = now + debts[i]!;
      }
      if (sharing !== null) noteSharing(sharing, table, slot, policy, cost, debts[i]!, pays);
      const part = debts[i]! * policy.partPerMs;
      if (part > largestPart && !policy.shadow) {
        largestPart = part;
        tightest = i;
      }
    }
    verdict.tightest = tightest;
    if (tightest >= 0) noteRemaining(policies[tightest]!, debts[tightest]!);
  }

  function noteRemaining({ toleranceMs, intervalMs, quota }: CompiledPolicy, owed: number): void {
    const left = Math.floor((toleranceMs - owed) / intervalMs + ROUNDING_MS);
    verdict.remaining = left < 0 ? 0 : left > quota ? quota : left;
    verdict.resetSeconds = Math.ceil(owed / 1_000);
  }

  function noteSharing(
    others: QuotaSharing,
    table: QuotaTable,
    slot: number,
    policy: CompiledPolicy,
    cost: number,
    owed: number,
    pays: boolean,
  ): void {
    const row = table.rowOf(slot);
    if (row !== NOT_SHARED && row <= SHARED_MAX)
      others.spent(table, slot, policy.column, cost, pays, owed);
    else if (owed > policy.toleranceMs / 2) others.wants(table, slot);
  }

  function apply(next: CompiledRules): void {
    const renamed = (before: readonly string[], after: readonly string[]) =>
      after.flatMap((name, column) => (name === before[column] ? [] : [column]));
    addresses.setTolerances(
      next.addressTolerances,
      renamed(rules.addressColumns, next.addressColumns),
    );
    clients.setTolerances(next.clientTolerances, renamed(rules.clientColumns, next.clientColumns));
    rules = next;
  }
  apply(rules);

  return {
    decide,
    verdict,
    counters,
    addresses,
    clients,
    apply,
    get rules() {
      return rules;
    },
    share: (given) => {
      sharing = given;
    },
  };
}
