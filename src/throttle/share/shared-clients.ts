import type { ClientIdentity } from '../decide/client-identity';
import type { QuotaService } from '../decide/quota-service';
import {
  COLUMNS,
  NOT_SHARED,
  nameOfHash,
  type QuotaTable,
  SHARED_MAX,
  WAS_SHARED,
} from '../decide/quota-table';
import type { CompiledPolicy, CompiledRules, Plans } from '../rules/quota-policy';
import type { ExchangeMembers } from './exchange-members';
import { createSharedColumn, type SharedColumn } from './shared-column';

/**
 * The clients whose spending this instance exchanges with the others (quota-sharing.ts).
 *
 * Each has a row in its table's `charges` (decide/quota-table.ts), from which a decision reads what
 * one unit costs this client here. Rows 1 to SHARED_MAX belong to shared clients; both tables draw
 * from the same rows. Bound: SHARED_MAX clients. When no row is free, `add` and `addByKey` return
 * undefined, and the client stays unshared.
 */
export interface SharedClients {
  readonly size: number;
  all(): Iterable<SharedClient>;
  ofKey(key: string): SharedClient | undefined;
  ofSlot(table: QuotaTable, slot: number): SharedClient | undefined;
  /**
   * Shares the client in this slot from now on. What it has spent here before counts; if it was
   * shared until now, its TAT is already the common one.
   */
  add(table: QuotaTable, slot: number, now: number): SharedClient | undefined;
  /**
   * Shares a client that another instance reported, so that its first request here finds the common
   * TAT. It takes a slot in the table if the client has none.
   */
  addByKey(key: string, now: number): SharedClient | undefined;
  /** Stops sharing a client that nobody uses. Its slot keeps what it owes. */
  release(client: SharedClient, now: number): void;
  /** Drops the shared client, if any, whose slot the table is about to give to another. */
  forget(table: QuotaTable, slot: number): void;
  /** After new rules: what is shared goes on under the policies that have kept their names. */
  refreshPolicies(now: number): void;
}

/** Times in milliseconds on this instance's monotonic clock. */
export interface SharedClient {
  /** Its name in the reports (spending-report.ts). */
  key: string;
  table: QuotaTable;
  slot: number;
  row: number;
  /** See SpendingEntry. */
  epoch: number;
  /** When this instance began to share it. */
  since: number;
  /** The latest exchange. */
  settledAt: number;
  /** The latest exchange that brought a report of every instance. */
  completeAt: number;
  /** When it last asked for something here, to the nearest exchange. */
  lastRequestAt: number;
  /** By column of the table; undefined: no policy uses that column. */
  columns: (SharedColumn | undefined)[];
}

export interface SharedClientsDeps {
  quotas: QuotaService;
  identity: ClientIdentity;
  members: Pick<ExchangeMembers, 'count'>;
}

export function createSharedClients({
  quotas,
  identity,
  members,
}: SharedClientsDeps): SharedClients {
  const byKey = new Map<string, SharedClient>();
  const byRow: (SharedClient | undefined)[] = new Array(SHARED_MAX + 2);
  const freeRows = Array.from({ length: SHARED_MAX }, (_, index) => SHARED_MAX - index);
  let epochs = 0;
  let rules: CompiledRules | undefined;
  let plansByKey = new Map<string, Plans>();

  function addWithKey(
    table: QuotaTable,
    slot: number,
    key: string,
    now: number,
  ): SharedClient | undefined {
    const row = freeRows.pop();
    if (row === undefined) return undefined;
    const wasShared = table.rowOf(slot) === WAS_SHARED;
    epochs += 1;
    const client: SharedClient = {
      key,
      table,
      slot,
      row,
      epoch: epochs,
      since: now,
      settledAt: now,
      completeAt: now,
      lastRequestAt: now,
      columns: [],
    };
    for (const policy of policiesOf(key)) {
      const owed = Math.max(0, table.tats[table.tatsAt(slot) + policy.column]! - now);
      const ownDebt = wasShared ? owed : owed / members.count;
      const spent = wasShared ? 0 : ownDebt / policy.intervalMs;
      const share = 1 / members.count;
      client.columns[policy.column] = createSharedColumn(policy, now + ownDebt, spent, share);
      table.charges[row * COLUMNS + policy.column] = members.count;
    }
    table.setRow(slot, row);
    byRow[row] = client;
    byKey.set(key, client);
    return client;
  }

  function addByKey(key: string, now: number): SharedClient | undefined {
    if (freeRows.length === 0) return undefined; // before `claim`, which may evict another client
    const table = key.startsWith('c') ? quotas.clients : quotas.addresses;
    const high = Number.parseInt(key.slice(1, 9), 16) | 0;
    const low = Number.parseInt(key.slice(9, 17), 16) | 0;
    return addWithKey(table, table.claim(high, low, now), key, now);
  }

  function release(client: SharedClient, now: number): void {
    const { table, slot } = client;
    table.setRow(slot, table.debt(slot, now) > 0 ? WAS_SHARED : NOT_SHARED);
    drop(client);
  }

  function forget(table: QuotaTable, slot: number): void {
    const client = byRow[table.rowOf(slot)];
    if (client) drop(client);
  }

  function drop({ key, row }: SharedClient): void {
    byKey.delete(key);
    byRow[row] = undefined;
    freeRows.push(row);
  }

  function refreshPolicies(now: number): void {
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
    get size() {
      return byKey.size;
    },
    all: () => byKey.values(),
    ofKey: (key) => byKey.get(key),
    ofSlot: (table, slot) => byRow[table.rowOf(slot)],
    add: (table, slot, now) => addWithKey(table, slot, keyOf(table, table.nameOf(slot)), now),
    addByKey,
    release,
    forget,
    refreshPolicies,
  };
}
