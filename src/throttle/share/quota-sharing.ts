import type { ClientIdentity } from '../decide/client-identity';
import type { QuotaService, QuotaSharing } from '../decide/quota-service';
import {
  COLUMNS,
  NOT_SHARED,
  nameOfHash,
  type QuotaTable,
  SHARED_MAX,
  WAS_SHARED,
} from '../decide/quota-table';
import type { CompiledPolicy, CompiledRules, Plans } from '../rules/quota-policy';
import { createExchangeMembers } from './exchange-members';
import {
  createSharedColumn,
  hearPeer,
  type SharedColumn,
  settleColumn,
  silencePeer,
} from './shared-column';
import type { PeerReport, SpendingEntry, SpendingReport } from './spending-report';

/**
 * One quota kept by several instances that decide alone.
 *
 * Algorithm: all instances keep the same number, the common TAT of a client. Between two exchanges
 * an instance advances its copy for everybody: it charges 1 ÷ its share for each unit, as if the
 * others spent in proportion. At an exchange it sets its copy right by what each has really spent
 * (shared-column.ts): too much in one interval is owed in the next, too little is there to be had.
 * Shares follow demand (share-policy.ts). Lazy: a client is not exchanged while each instance
 * charges N-fold and has not used up half of the burst that way. Then it reports the client, and the
 * others share it too. Bound: SHARED_MAX clients; those beyond it have 1/N on each instance.
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

const IDLE_MS = 2_000;
const DRIFT_AFTER_MS = 600;
const DRIFT_MS = 2_000;
interface SharedClient {
  key: string;
  table: QuotaTable;
  slot: number;
  row: number;
  joined: number;
  since: number;
  settledAt: number;
  /** The last exchange that brought a report of every instance. */
  completeAt: number;
  askedAt: number;
  columns: (SharedColumn | undefined)[];
}

export function createSharedQuotas(options: SharedQuotasOptions): SharedQuotas {
  const { quotas, identity, now: clock, nudge } = options;
  const byKey = new Map<string, SharedClient>();
  const byRow: (SharedClient | undefined)[] = new Array(SHARED_MAX + 2);
  const freeRows = Array.from({ length: SHARED_MAX }, (_, index) => SHARED_MAX - index);
  const members = createExchangeMembers(options.membersAssumed);
  let joins = 0;
  let rules: CompiledRules | undefined;
  let plansByKey = new Map<string, Plans>();
  chargeUnsharedEqually();

  function chargeUnsharedEqually(): void {
    for (const { charges } of [quotas.addresses, quotas.clients])
      for (let column = 0; column < COLUMNS; column += 1)
        for (const row of [NOT_SHARED, WAS_SHARED]) charges[row * COLUMNS + column] = members.count;
  }

  function wants(table: QuotaTable, slot: number): void {
    if (members.count === 1) return;
    if (join(table, slot, keyOf(table, table.nameOf(slot)), clock())) nudge();
  }

  /**
   * Takes a client up. What it spent here before counts; if it was shared before, its TAT is the
   * common one already.
   */
  function join(
    table: QuotaTable,
    slot: number,
    key: string,
    now: number,
  ): SharedClient | undefined {
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
      completeAt: now,
      askedAt: now,
      columns: [],
    };
    for (const policy of policiesOf(key)) {
      const owed = Math.max(0, table.tats[table.tatsAt(slot) + policy.column]! - now);
      const ownDebt = wasShared ? owed : owed / members.count;
      const spent = wasShared ? 0 : ownDebt / policy.intervalMs;
      client.columns[policy.column] = createSharedColumn(
        policy,
        now + ownDebt,
        spent,
        1 / members.count,
      );
      table.charges[row * COLUMNS + policy.column] = members.count;
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
    members.hear(peers, now);
    chargeUnsharedEqually();
    const heard = new Set<string>();
    const newClients = new Set<SharedClient>();
    for (const peer of peers)
      for (const entry of peer.report.entries) hear(peer, entry, now, heard, newClients);
    const answered = new Set(peers.map(({ member }) => member));
    for (const client of [...byKey.values()]) settle(client, answered, heard, now);
  }

  /** @param newClients clients taken up because of these very reports */
  function hear(
    peer: PeerReport,
    entry: SpendingEntry,
    now: number,
    heard: Set<string>,
    newClients: Set<SharedClient>,
  ): void {
    const client = byKey.get(entry.key) ?? takeUp(entry.key, now, newClients);
    const column = client?.columns.find((each) => each?.policy.name === entry.policy);
    if (!client || !column) return;
    heard.add(`${peer.member} ${entry.key} ${entry.policy}`);
    hearPeer(column, peer, entry, newClients.has(client), { now, completeAt: client.completeAt });
  }

  /**
   * A client that others share: known here from now on, so that its first request here finds the
   * common TAT.
   */
  function takeUp(
    key: string,
    now: number,
    newClients: Set<SharedClient>,
  ): SharedClient | undefined {
    const table = key.startsWith('c') ? quotas.clients : quotas.addresses;
    const high = Number.parseInt(key.slice(1, 9), 16) | 0;
    const low = Number.parseInt(key.slice(9, 17), 16) | 0;
    if (freeRows.length === 0) return undefined;
    const client = join(table, table.claim(high, low, now), key, now);
    if (client) newClients.add(client);
    return client;
  }

  /**
   * Until every instance has been heard, what this one believes may grow but not shrink: right
   * after the store was away it would take the bucket for full.
   */
  function settle(
    client: SharedClient,
    answered: Set<string>,
    heard: Set<string>,
    now: number,
  ): void {
    const { table, slot, settledAt, completeAt, since } = client;
    let inUse = now - client.askedAt <= IDLE_MS;
    for (const column of client.columns) {
      if (column === undefined) continue;
      for (const member of column.peers.keys()) {
        if (heard.has(`${member} ${client.key} ${column.policy.name}`)) inUse = true;
        else if (answered.has(member)) silencePeer(column, member);
      }
      if (column.demanded > column.demandedBefore) client.askedAt = now;
      const tat = settleColumn(column, { now, settledAt, completeAt, since, members });
      const at = table.tatsAt(slot) + column.policy.column;
      table.tats[at] = members.allHeard ? tat : Math.max(tat, table.tats[at]!);
      setCharge(client, column, column.share);
    }
    client.settledAt = now;
    if (members.allHeard) client.completeAt = now;
    if (!inUse) leave(client, now);
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
        if (column)
          setCharge(client, column, column.share + (1 / members.count - column.share) * part);
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
          : createSharedColumn(policy, now, 0, 1 / members.count);
        client.table.charges[client.row * COLUMNS + policy.column] = members.count;
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
      return members.count;
    },
    get size() {
      return byKey.size;
    },
  };
}
