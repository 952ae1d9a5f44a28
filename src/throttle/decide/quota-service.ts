import type { CompiledPolicy, CompiledRules, Plan } from '../rules/quota-policy';
import type { ClientIdentity } from './client-identity';
import { COLUMNS, NOT_SHARED, QuotaTable, SHARED_MAX } from './quota-table';

/**
 * Decides one request: may this client spend `cost` units now?
 *
 * Algorithm: GCRA, a token bucket kept as one number, the theoretical arrival time (TAT; ITU-T
 * I.371, annex A; for requests: B. Warner, "GCRA"). The TAT is the time at which the bucket will be
 * full again. `next = max(TAT, now) + cost × interval`; the request is admitted if
 * `next − now ≤ burst × interval`. A client owes (its debt) the time by which its TAT lies ahead of
 * now. All policies are checked first and charged afterwards, and a refusal charges none. A request
 * that costs more than the whole burst passes when the client owes nothing.
 *
 * With several instances, each charges 1 ÷ its share per unit (share/quota-sharing.ts). Addresses
 * and API clients have a table each (quota-table.ts), so a flood of addresses cannot evict a client
 * that has a key.
 *
 * Bound: no await, no timer, no allocation. Failure: no step of a decision can fail.
 */
export interface QuotaService {
  /**
   * Decides for the client whose hash is in `identity`, and charges it if it is admitted. Details
   * are in `verdict`.
   *
   * @param clientId of an API client; null: the client is an address
   * @param cost in units, 0 or more
   * @returns whether the request is admitted
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
  /** Index in `plan.policies` of the announced policy with the smallest part left; −1: none. */
  tightest: number;
  /** Whole units left of that policy, at most its quota. */
  remaining: number;
  /** Whole seconds until that policy has its full burst again. */
  resetSeconds: number;
  /** Index in `plan.policies` of the policy that refuses for the longest; −1: admitted. */
  violated: number;
  /** Whole seconds until that policy would admit the request. */
  retryAfterSeconds: number;
}

export interface QuotaCounters {
  allowed: number;
  refused: number;
  /** Admitted requests that a policy in shadow would have refused. */
  shadowRefused: number;
}

/** What the exchange between instances learns of the decisions (share/quota-sharing.ts). */
export interface QuotaSharing {
  /** A client that is not shared yet owes more than half of a burst at this instance's prices. */
  requestSharing(table: QuotaTable, slot: number): void;
  /**
   * A shared client has asked for `cost` units of the policy in `column`, and owes it `owedMs` now.
   */
  noteSpending(
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
  /** Before a table gives the slot of a client that is or was shared to another client. */
  onSlotReused(table: QuotaTable, slot: number): void;
}

/** Smaller differences come from rounding. */
const ROUNDING_MS = 1e-6;
/** Stands in `prices` for a policy that does not admit the request. */
const REFUSED = -1;

export function createQuotaService(options: QuotaServiceOptions): QuotaService & {
  share(sharing: QuotaSharing): void;
} {
  const { identity, onSlotReused, now: clock } = options;
  const addresses: QuotaTable = new QuotaTable(options.addressesMax, (slot) =>
    onSlotReused(addresses, slot),
  );
  const clients: QuotaTable = new QuotaTable(options.clientsMax, (slot) =>
    onSlotReused(clients, slot),
  );
  const counters = { allowed: 0, refused: 0, shadowRefused: 0 };
  let rules = options.rules;
  let sharing: QuotaSharing | null = null;
  // State of the current decision: the time, and by index in the plan each policy's debt and price
  // in milliseconds. They are typed arrays because V8 allocates an object for a fractional number
  // that is passed between functions or kept in a field.
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
   * Computes each policy's debt and price, and finds the enforced policy that refuses for the
   * longest.
   *
   * @returns whether a policy in shadow would refuse
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
   * Charges an admitted request, and writes to `verdict` how much is left of the policy with the
   * smallest part left.
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
      others.noteSpending(table, slot, policy.column, cost, pays, owed);
    else if (owed > policy.toleranceMs / 2) others.requestSharing(table, slot);
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
