import type { ClientIdentity } from '../decide/client-identity';
import type { QuotaService, QuotaSharing } from '../decide/quota-service';
import { COLUMNS, NOT_SHARED, type QuotaTable, WAS_SHARED } from '../decide/quota-table';
import { createExchangeMembers } from './exchange-members';
import { createSharedClients, type SharedClient } from './shared-clients';
import { applyPeerEntry, clearPeerRates, type SharedColumn, settleColumn } from './shared-column';
import type { PeerReport, SpendingEntry, SpendingReport } from './spending-report';

/**
 * One quota for all instances, although each decides alone.
 *
 * Algorithm: all instances keep the same number for a client, its common TAT. Between two exchanges
 * an instance advances its copy on behalf of everybody: it charges 1 ÷ its share for each unit, as
 * if the others spent in proportion. At an exchange it corrects its copy by what each instance has
 * really spent (shared-column.ts). If the copy was charged too little, the client owes the
 * difference in the next interval; if too much, the client gets it back. Shares follow demand
 * (share-policy.ts).
 *
 * An instance shares a client only when it has to. At first each instance charges every client
 * N-fold, for N instances, which needs no exchange. Once a client has used up half of its burst
 * that way, the instance reports it, and the instances that read the report share it too
 * (shared-clients.ts). A client that has been idle everywhere for IDLE_MS is released.
 *
 * Bound: SHARED_MAX clients. A client beyond that keeps a quota of 1/N on each instance.
 * Failure: from 0.6 s after the last exchange, shares go to 1/N over two seconds (`drift`). The
 * counters are kept, and are settled when the exchanges resume.
 */
export interface SharedQuotas extends QuotaSharing {
  /** What this instance tells the others. `now` in monotonic milliseconds, as everywhere here. */
  report(now: number): SpendingReport;
  /** Corrects every shared client by the reports of the others. */
  apply(peers: readonly PeerReport[], now: number): void;
  /** Moves the shares towards 1/N: no exchange has succeeded since `exchangedAt`. */
  drift(exchangedAt: number, now: number): void;
  /** The table gives this slot to another client. */
  forget(table: QuotaTable, slot: number): void;
  /** How many instances there are, this one included. */
  readonly members: number;
  /** How many clients are shared. */
  readonly size: number;
}

export interface SharedQuotasOptions {
  quotas: QuotaService;
  identity: ClientIdentity;
  /** How many instances to assume until the first exchange has counted them. */
  membersAssumed: number;
  /** Monotonic milliseconds. */
  now(): number;
  /** Asks for an exchange soon, because something happened that the others should know. */
  nudge(): void;
}

/** A client without requests for this long is no longer reported, and is released. */
const IDLE_MS = 2_000;
/** Shares begin to drift this long after the last successful exchange … */
const DRIFT_AFTER_MS = 600;
/** … and have reached 1/N this much later. */
const DRIFT_MS = 2_000;

export function createSharedQuotas(options: SharedQuotasOptions): SharedQuotas {
  const { quotas, identity, now: clock, nudge } = options;
  const members = createExchangeMembers(options.membersAssumed);
  const clients = createSharedClients({ quotas, identity, members });
  chargeUnsharedEqually();

  function chargeUnsharedEqually(): void {
    for (const { charges } of [quotas.addresses, quotas.clients])
      for (let column = 0; column < COLUMNS; column += 1)
        for (const row of [NOT_SHARED, WAS_SHARED]) charges[row * COLUMNS + column] = members.count;
  }

  function requestSharing(table: QuotaTable, slot: number): void {
    if (members.count === 1) return;
    if (clients.add(table, slot, clock())) nudge();
  }

  function noteSpending(
    table: QuotaTable,
    slot: number,
    column: number,
    cost: number,
    admitted: boolean,
    owedMs: number,
  ): void {
    const shared = clients.ofSlot(table, slot)!.columns[column];
    if (!shared) return; // new rules have this policy; the next exchange adds its column
    shared.demanded += cost;
    if (admitted) shared.spent += cost;
    if (owedMs > shared.nudgeAtMs) {
      shared.nudgeAtMs = Number.POSITIVE_INFINITY;
      nudge();
    }
  }

  function report(now: number): SpendingReport {
    const entries: SpendingEntry[] = [];
    for (const client of clients.all()) {
      for (const column of client.columns) {
        if (column === undefined || column.demanded === 0) continue;
        if (column.demanded > column.demandedBefore) client.lastRequestAt = now;
        if (now - client.lastRequestAt > IDLE_MS) continue;
        entries.push({
          key: client.key,
          policy: column.policy.name,
          epoch: client.epoch,
          spent: column.spent,
          demanded: column.demanded,
          debtMs: client.table.tats[client.table.tatsAt(client.slot) + column.policy.column]! - now,
        });
      }
    }
    return { at: now, entries };
  }

  function apply(peers: readonly PeerReport[], now: number): void {
    clients.refreshPolicies(now);
    members.update(peers, now);
    chargeUnsharedEqually();
    const reported = new Set<string>();
    const added = new Set<SharedClient>();
    for (const peer of peers)
      for (const entry of peer.report.entries) applyEntry(peer, entry, now, reported, added);
    const answered = new Set(peers.map(({ member }) => member));
    for (const client of [...clients.all()]) settle(client, answered, reported, now);
  }

  /**
   * @param reported gets the member, client and policy of the entry
   * @param added clients that this exchange has begun to share
   */
  function applyEntry(
    peer: PeerReport,
    entry: SpendingEntry,
    now: number,
    reported: Set<string>,
    added: Set<SharedClient>,
  ): void {
    let client = clients.ofKey(entry.key);
    if (!client) {
      client = clients.addByKey(entry.key, now);
      if (client) added.add(client);
    }
    const column = client?.columns.find((each) => each?.policy.name === entry.policy);
    if (!client || !column) return;
    reported.add(`${peer.member} ${entry.key} ${entry.policy}`);
    const { completeAt } = client;
    applyPeerEntry(column, peer, entry, added.has(client), { now, completeAt });
  }

  /**
   * Corrects one client after all entries were applied. Until every instance has reported, its TATs
   * may grow but not shrink: right after an outage of the store the bucket would look full, because
   * reports of what was spent are still to come.
   */
  function settle(
    client: SharedClient,
    answered: Set<string>,
    reported: Set<string>,
    now: number,
  ): void {
    const { table, slot, settledAt, completeAt, since } = client;
    let inUse = now - client.lastRequestAt <= IDLE_MS;
    for (const column of client.columns) {
      if (column === undefined) continue;
      for (const member of column.peers.keys()) {
        if (reported.has(`${member} ${client.key} ${column.policy.name}`)) inUse = true;
        else if (answered.has(member)) clearPeerRates(column, member);
      }
      if (column.demanded > column.demandedBefore) client.lastRequestAt = now;
      const tat = settleColumn(column, { now, settledAt, completeAt, since, members });
      const at = table.tatsAt(slot) + column.policy.column;
      table.tats[at] = members.allReported ? tat : Math.max(tat, table.tats[at]!);
      setCharge(client, column, column.share);
    }
    client.settledAt = now;
    if (members.allReported) client.completeAt = now;
    if (!inUse) clients.release(client, now);
  }

  function setCharge({ table, row }: SharedClient, { policy }: SharedColumn, share: number): void {
    table.charges[row * COLUMNS + policy.column] = 1 / share;
  }

  function drift(exchangedAt: number, now: number): void {
    const silentMs = now - exchangedAt - DRIFT_AFTER_MS;
    if (silentMs <= 0) return;
    const part = Math.min(1, silentMs / DRIFT_MS);
    for (const client of clients.all())
      for (const column of client.columns)
        if (column)
          setCharge(client, column, column.share + (1 / members.count - column.share) * part);
  }

  return {
    requestSharing,
    noteSpending,
    report,
    apply,
    drift,
    forget: clients.forget,
    get members() {
      return members.count;
    },
    get size() {
      return clients.size;
    },
  };
}
