import type { ClientIdentity } from './client-identity';
import type { CompiledPolicy, CompiledRules, Plans } from './quota-policy';
import type { QuotaService, QuotaSharing } from './quota-service';
import { COLUMNS, NOT_SHARED, nameOfHash, type QuotaTable, SHARED_MAX, WAS_SHARED } from './quota-table';
import { shareOf } from './share-policy';
import type { PeerReport, SpendingEntry, SpendingReport } from './spending-report';

/**
 * One quota kept by several instances that decide alone.
 *
 * Algorithm: all instances keep the same number, the common TAT of a client. Between two exchanges an instance advances its copy
 * for everybody: it charges 1 ÷ its share for each unit, as if the others spent in proportion. At an exchange it sets its
 * copy right: the common TAT moves by what each instance has really spent (cumulative counters, merged by their greatest value),
 * plus what the others will have spent since they reported. Too much in one interval is owed in the next; too little is there
 * to be had. Shares follow demand (share-policy.ts).
 * Lazy: a client is not exchanged while each instance charges N-fold and has not used up half of the burst that way.
 * Then it tells; whoever hears of it takes the client up too.
 * Bound: SHARED_MAX clients; those beyond it have 1/N on each instance.
 * Failure: without exchange, shares go to 1/N within two seconds and the counters wait.
 */
export interface SharedQuotas extends QuotaSharing {
  report(now: number): SpendingReport;
  /** Sets everything right by what the others say. */
  apply(peers: readonly PeerReport[], now: number): void;
  /** Nothing was heard since `heardAt`. */
  drift(heardAt: number, now: number): void;
  forget(table: QuotaTable, slot: number): void;
  readonly members: number;
  readonly size: number;
}

export interface SharedQuotasOptions {
  quotas: QuotaService;
  identity: ClientIdentity;
  /** How many instances to reckon with until they have been counted. */
  membersAssumed: number;
  now(): number;
  /** Something happened that the others should hear of soon. */
  nudge(): void;
}

const DEMAND_MEMORY_MS = 500;
const EXTRAPOLATION_MAX_MS = 1_000;
const IDLE_MS = 2_000;
/** For so long after a client was taken up, a peer that says nothing of it yet is taken to need an equal part. */
const SILENCE_MS = 400;
const DRIFT_AFTER_MS = 600;
const DRIFT_MS = 2_000;
/** More debt than this many bursts is forgiven: it would only be the error of a long silence. */
const DEBT_MAX_BURSTS = 2;

interface PeerCounter {
  joined: number;
  at: number;
  since: number;
  spent: number;
  demanded: number;
  /** Units a millisecond. */
  spending: number;
  demand: number;
}

/** One policy of a shared client. */
interface SharedColumn {
  policy: CompiledPolicy;
  spent: number;
  demanded: number;
  /** The common TAT as of the latest exchange, and how much of `spent` is in it. */
  tat: number;
  settled: number;
  demandedBefore: number;
  /** Units a millisecond. */
  demand: number;
  share: number;
  /** Debt at which to tell the others without waiting. */
  nudgeAtMs: number;
  peers: Map<string, PeerCounter>;
}

interface SharedClient {
  key: string;
  table: QuotaTable;
  slot: number;
  row: number;
  joined: number;
  since: number;
  settledAt: number;
  askedAt: number;
  columns: (SharedColumn | undefined)[];
}

export function createSharedQuotas(options: SharedQuotasOptions): SharedQuotas {
  const { quotas, identity, now: clock, nudge } = options;
  const byKey = new Map<string, SharedClient>();
  const byRow: (SharedClient | undefined)[] = new Array(SHARED_MAX + 2);
  const freeRows = Array.from({ length: SHARED_MAX }, (_, index) => SHARED_MAX - index);
  let members = options.membersAssumed;
  let joins = 0;
  let rules: CompiledRules | undefined;
  let plansByKey = new Map<string, Plans>();
  chargeUnsharedEqually();

  function chargeUnsharedEqually(): void {
    for (const { charges } of [quotas.addresses, quotas.clients])
      for (let column = 0; column < COLUMNS; column += 1)
        for (const row of [NOT_SHARED, WAS_SHARED]) charges[row * COLUMNS + column] = members;
  }

  function wants(table: QuotaTable, slot: number): void {
    if (members === 1) return;
    if (join(table, slot, keyOf(table, table.nameOf(slot)), clock())) nudge();
  }

  /** Takes a client up. What it spent here before counts; if it was shared before, its TAT is the common one already. */
  function join(table: QuotaTable, slot: number, key: string, now: number): SharedClient | undefined {
    const row = freeRows.pop();
    if (row === undefined) return undefined;
    const wasShared = table.rowOf(slot) === WAS_SHARED;
    joins += 1;
    const client: SharedClient = {
      key,
      table,
      slot,
      row,
      joined: joins,
      since: now,
      settledAt: now,
      askedAt: now,
      columns: [],
    };
    for (const policy of policiesOf(key)) {
      const owed = Math.max(0, table.tats[table.tatsAt(slot) + policy.column]! - now);
      const ownDebt = wasShared ? owed : owed / members;
      const spent = wasShared ? 0 : ownDebt / policy.intervalMs;
      client.columns[policy.column] = createColumn(policy, now + ownDebt, spent, 1 / members);
      table.charges[row * COLUMNS + policy.column] = members;
    }
    table.setRow(slot, row);
    byRow[row] = client;
    byKey.set(key, client);
    return client;
  }

  function leave(client: SharedClient, now: number): void {
    const { table, slot } = client;
    table.setRow(slot, table.debt(slot, now) > 0 ? WAS_SHARED : NOT_SHARED);
    drop(client);
  }

  function drop({ key, row }: SharedClient): void {
    byKey.delete(key);
    byRow[row] = undefined;
    freeRows.push(row);
  }

  function forget(table: QuotaTable, slot: number): void {
    const client = byRow[table.rowOf(slot)];
    if (client) drop(client);
  }

  function spent(
    table: QuotaTable,
    slot: number,
    column: number,
    cost: number,
    admitted: boolean,
    owedMs: number,
  ): void {
    const client = byRow[table.rowOf(slot)]!;
    const shared = client.columns[column];
    if (!shared) return; // a policy that came with rules not compiled in here yet
    shared.demanded += cost;
    if (admitted) shared.spent += cost;
    if (owedMs > shared.nudgeAtMs) {
      shared.nudgeAtMs = Number.POSITIVE_INFINITY;
      nudge();
    }
  }

  function report(now: number): SpendingReport {
    const entries: SpendingEntry[] = [];
    for (const client of byKey.values()) {
      for (const column of client.columns) {
        if (column === undefined || column.demanded === 0) continue;
        if (column.demanded > column.demandedBefore) client.askedAt = now;
        if (now - client.askedAt > IDLE_MS) continue;
        entries.push({
          key: client.key,
          policy: column.policy.name,
          joined: client.joined,
          spent: column.spent,
          demanded: column.demanded,
          debtMs: client.table.tats[client.table.tatsAt(client.slot) + column.policy.column]! - now,
        });
      }
    }
    return { at: now, entries };
  }

  function apply(peers: readonly PeerReport[], now: number): void {
    refreshPolicies();
    members = peers.length + 1;
    chargeUnsharedEqually();
    const heard = new Set<string>();
    const strangers = new Set<SharedClient>();
    for (const peer of peers)
      for (const entry of peer.report.entries) hear(peer, entry, now, heard, strangers);
    const ages = new Map(peers.map(({ member, ageMs }) => [member, ageMs]));
    for (const client of [...byKey.values()]) settle(client, ages, heard, now);
  }

  /** @param strangers clients taken up because of these very reports: what their peers have spent is in the debt they tell */
  function hear(
    peer: PeerReport,
    entry: SpendingEntry,
    now: number,
    heard: Set<string>,
    strangers: Set<SharedClient>,
  ): void {
    const client = byKey.get(entry.key) ?? takeUp(entry.key, now, strangers);
    const column = client?.columns.find((each) => each?.policy.name === entry.policy);
    if (!client || !column) return;
    heard.add(`${peer.member} ${entry.key} ${entry.policy}`);
    const known = column.peers.get(peer.member);
    if (!known || known.joined !== entry.joined) {
      if (strangers.has(client)) {
        const ownMs = column.settled * column.policy.intervalMs;
        column.tat = Math.max(column.tat, now + entry.debtMs - peer.ageMs + ownMs);
      } else {
        column.tat = Math.max(column.tat, client.settledAt) + entry.spent * column.policy.intervalMs;
      }
      column.peers.set(peer.member, {
        joined: entry.joined,
        at: peer.report.at,
        since: peer.report.at,
        spent: entry.spent,
        demanded: entry.demanded,
        spending: 0,
        demand: 0,
      });
      return;
    }
    const elapsed = peer.report.at - known.at;
    if (elapsed <= 0) return; // the same report again, or one that was overtaken
    const more = Math.max(0, entry.spent - known.spent);
    column.tat = Math.max(column.tat, client.settledAt) + more * column.policy.intervalMs;
    const weight = weightOf(elapsed, peer.report.at - known.since);
    known.spending += (more / elapsed - known.spending) * weight;
    known.demand += (Math.max(0, entry.demanded - known.demanded) / elapsed - known.demand) * weight;
    known.at = peer.report.at;
    known.spent = Math.max(known.spent, entry.spent);
    known.demanded = Math.max(known.demanded, entry.demanded);
  }

  /** A client that others share: known here from now on, so that its first request here finds the common TAT. */
  function takeUp(key: string, now: number, strangers: Set<SharedClient>): SharedClient | undefined {
    const table = key.startsWith('c') ? quotas.clients : quotas.addresses;
    const high = Number.parseInt(key.slice(1, 9), 16) | 0;
    const low = Number.parseInt(key.slice(9, 17), 16) | 0;
    if (freeRows.length === 0) return undefined;
    const client = join(table, table.claim(high, low, now), key, now);
    if (client) strangers.add(client);
    return client;
  }

  function settle(client: SharedClient, ages: Map<string, number>, heard: Set<string>, now: number): void {
    let inUse = now - client.askedAt <= IDLE_MS;
    for (const column of client.columns) {
      if (column === undefined) continue;
      for (const member of column.peers.keys()) {
        if (heard.has(`${member} ${client.key} ${column.policy.name}`)) inUse = true;
        else silence(column, member, ages);
      }
      settleColumn(client, column, ages, now);
    }
    client.settledAt = now;
    if (!inUse) leave(client, now);
  }

  /** A peer that says nothing of the client any more asks for nothing; one that is gone is forgotten. */
  function silence(column: SharedColumn, member: string, ages: Map<string, number>): void {
    if (!ages.has(member)) {
      column.peers.delete(member);
      return;
    }
    const counter = column.peers.get(member)!;
    counter.spending = 0;
    counter.demand = 0;
  }

  function settleColumn(
    client: SharedClient,
    column: SharedColumn,
    ages: Map<string, number>,
    now: number,
  ): void {
    const { policy } = column;
    const own = (column.spent - column.settled) * policy.intervalMs;
    const tat = Math.max(column.tat, client.settledAt) + own;
    column.tat = Math.min(tat, now + DEBT_MAX_BURSTS * policy.toleranceMs);
    column.settled = column.spent;
    const elapsed = now - client.settledAt;
    if (elapsed > 0) {
      const latest = (column.demanded - column.demandedBefore) / elapsed;
      column.demand += (latest - column.demand) * weightOf(elapsed, now - client.since);
    }
    if (column.demanded > column.demandedBefore) client.askedAt = now;
    column.demandedBefore = column.demanded;

    let unreported = 0;
    const demands = [column.demand];
    const isNew = now - client.since < SILENCE_MS;
    const silent = isNew ? members - 1 - column.peers.size : 0;
    for (let i = 0; i < silent; i += 1) demands.push(1 / policy.intervalMs / members);
    for (const [member, { spending, demand }] of column.peers) {
      unreported += spending * Math.min(ages.get(member)!, EXTRAPOLATION_MAX_MS);
      demands.push(demand);
    }
    const estimate = Math.max(column.tat, now) + unreported * policy.intervalMs;
    const fullness = Math.max(0, 1 - (estimate - now) * policy.partPerMs);
    column.share = shareOf(column.demand, demands, members, 1 / policy.intervalMs, fullness);
    client.table.tats[client.table.tatsAt(client.slot) + policy.column] = estimate;
    setCharge(client, column, column.share);
    column.nudgeAtMs = estimate - now + policy.toleranceMs / 2;
  }

  function setCharge({ table, row }: SharedClient, { policy }: SharedColumn, share: number): void {
    table.charges[row * COLUMNS + policy.column] = 1 / share;
  }

  function drift(heardAt: number, now: number): void {
    const silentMs = now - heardAt - DRIFT_AFTER_MS;
    if (silentMs <= 0) return;
    const part = Math.min(1, silentMs / DRIFT_MS);
    for (const client of byKey.values())
      for (const column of client.columns)
        if (column) setCharge(client, column, column.share + (1 / members - column.share) * part);
  }

  /** Rules were changed: what is shared goes on under the policies of the same names. */
  function refreshPolicies(): void {
    if (rules === quotas.rules) return;
    rules = quotas.rules;
    plansByKey = new Map();
    for (const [clientId, plans] of rules.named) {
      identity.ofClient(clientId);
      plansByKey.set(keyOf(quotas.clients, nameOfHash(identity.high, identity.low)), plans);
    }
    for (const client of byKey.values()) {
      const before = client.columns;
      client.columns = [];
      for (const policy of policiesOf(client.key)) {
        const same = before.find((each) => each?.policy.name === policy.name);
        const now = clock();
        client.columns[policy.column] = same
          ? { ...same, policy }
          : createColumn(policy, now, 0, 1 / members);
        client.table.charges[client.row * COLUMNS + policy.column] = members;
      }
    }
  }

  function policiesOf(key: string): CompiledPolicy[] {
    const general = key.startsWith('c') ? quotas.rules.clients : quotas.rules.addresses;
    const { read, write } = plansByKey.get(key) ?? general;
    return [...read.policies, ...write.policies];
  }

  function keyOf(table: QuotaTable, name: string): string {
    return `${table === quotas.clients ? 'c' : 'a'}${name}`;
  }

  return {
    wants,
    spent,
    report,
    apply,
    drift,
    forget,
    get members() {
      return members;
    },
    get size() {
      return byKey.size;
    },
  };
}

function createColumn(policy: CompiledPolicy, tat: number, spent: number, share: number): SharedColumn {
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

/** Of the latest of some measurements: exponential smoothing by time, a plain mean until it has seen enough. */
function weightOf(elapsedMs: number, observedMs: number): number {
  return Math.max(1 - Math.exp(-elapsedMs / DEMAND_MEMORY_MS), Math.min(1, elapsedMs / observedMs));
}
