import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { schedule } from '../platform/exchange-loop';
import type { AccessLog } from '../platform/http/request-context';
import type { Logger } from '../platform/telemetry/logger';
import { createClientIdentity } from './decide/client-identity';
import { createQuotaService } from './decide/quota-service';
import { createRefusal } from './http/refusal-answer';
import { type ClientOf, createThrottleGate } from './http/throttle-gate';
import { compileRules } from './rules/quota-policy';
import type { StoredRules } from './rules/rule-repository';
import { DEFAULT_RULES } from './rules/rule-schema';
import { createRuleService } from './rules/rule-service';
import { createSharedQuotas } from './share/quota-sharing';
import { createSpendingExchange, type ReportStore } from './share/spending-exchange';

export interface ThrottleOptions {
  /** The key of the clients' hashes, at least 8 bytes; the same on all instances. */
  secret: Buffer;
  mode: 'on' | 'shadow';
  addressesMax: number;
  /** Through which the instances exchange what they have admitted. */
  store: ReportStore;
  instance: string;
  /** How many instances to assume until the first exchange has counted them. */
  instancesAssumed: number;
  /** The newest published rules if their version is not `known`, else null. */
  findRules(known: number): Promise<StoredRules | null>;
  /** The file for the last good rules, for a start without the database; undefined: none. */
  rulesFile: string | undefined;
  logger: Logger;
  clientOf: ClientOf;
  /** The client's address as the trusted proxy reports it. */
  addressOf(request: IncomingMessage): string;
  /** The headers of every answer, also of a refusal: name, value, name, value … */
  answerHeaders: readonly string[];
  accessLog: AccessLog;
}

export interface Throttle {
  /** Wraps a request listener: passes on the requests that it admits, and answers the others. */
  gate(next: RequestListener): RequestListener;
  metrics(): ThrottleMetrics;
  /** The version of the rules in force; 0: the defaults. */
  ruleVersion(): number;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface ThrottleMetrics {
  allowed: number;
  refused: number;
  shadow_refused: number;
  /** Clients that owe something. Counting them reads both tables, for a few milliseconds. */
  keys_held: number;
  evictions: number;
  shared_clients: number;
  instances: number;
  exchange: string;
  exchange_age_ms: number;
  exchange_open: boolean;
  exchange_failures: number;
  rule_version: number;
  rule_versions_refused: number;
}

/** API clients remembered. The store creates them, so even thousands are many. */
const CLIENTS_MAX = 16_384;

/**
 * Builds the throttle: quotas per client, which all instances together keep. Start reading here.
 *
 * A request passes through three parts, in front of Express:
 *
 * 1. `http/throttle-gate.ts` finds out who the client is (`decide/client-identity.ts` hashes its
 *    address or id) and what the request costs (`rules/quota-policy.ts`).
 * 2. `decide/quota-service.ts` decides from the client's slot in `decide/quota-table.ts`. It is
 *    plain arithmetic in memory and awaits nothing.
 * 3. If the client is over its quota, `http/refusal-answer.ts` answers 429.
 *
 * Two loops run beside the requests:
 *
 * - `share/spending-exchange.ts` tells the other instances what this one has admitted, and reads
 *   their reports (`spending-report.ts`), through PostgreSQL or Valkey (`postgres-exchange.ts`,
 *   `valkey-exchange.ts`). `share/quota-sharing.ts` explains how the instances keep one quota
 *   together; its parts are `shared-clients.ts`, `shared-column.ts`, `share-policy.ts` and
 *   `exchange-members.ts`.
 * - `rules/rule-service.ts` polls for new rules, checks them (`rule-schema.ts`) and compiles them
 *   (`quota-policy.ts`).
 *
 * Failure: without the database or the store, decisions go on with the last good rules and with
 * equal shares. `start` does one exchange and one poll, and resolves even when both fail.
 */
export function createThrottle(options: ThrottleOptions): Throttle {
  const { mode, instance, logger, clientOf, addressOf } = options;
  const now = () => performance.now();
  const identity = createClientIdentity(options.secret);
  const quotas = createQuotaService({
    identity,
    rules: compileRules(DEFAULT_RULES, 0),
    addressesMax: options.addressesMax,
    clientsMax: CLIENTS_MAX,
    now,
    onSlotReused: (table, slot) => shared.forget(table, slot),
  });
  const shared = createSharedQuotas({
    quotas,
    identity,
    membersAssumed: options.instancesAssumed,
    now,
    nudge: () => exchange.nudge(),
  });
  quotas.share(shared);
  const exchange = createSpendingExchange({
    store: options.store,
    member: `${instance} ${randomUUID()}`,
    shared,
    logger,
    now,
    random: Math.random,
    schedule,
  });
  const rules = createRuleService({
    quotas,
    findRules: options.findRules,
    file: options.rulesFile,
    logger,
    random: Math.random,
    schedule,
  });

  function metrics(): ThrottleMetrics {
    const { addresses, clients, counters } = quotas;
    const { store, ageMs, open, failures } = exchange.state;
    return {
      allowed: counters.allowed,
      refused: counters.refused,
      shadow_refused: counters.shadowRefused,
      keys_held: addresses.countLive(now()) + clients.countLive(now()),
      evictions: addresses.evicted + clients.evicted,
      shared_clients: shared.size,
      instances: shared.members,
      exchange: store,
      exchange_age_ms: Math.round(ageMs),
      exchange_open: open,
      exchange_failures: failures,
      rule_version: quotas.rules.version,
      rule_versions_refused: rules.refusedVersions,
    };
  }

  return {
    gate: createThrottleGate({
      quotas,
      identity,
      clientOf,
      addressOf,
      refuse: createRefusal({
        instance,
        headers: options.answerHeaders,
        accessLog: options.accessLog,
      }),
      shadow: mode === 'shadow',
    }),
    metrics,
    ruleVersion: () => quotas.rules.version,
    start: async () => {
      await Promise.all([rules.start(), exchange.start()]);
    },
    close: async () => {
      await Promise.all([rules.close(), exchange.close()]);
    },
  };
}
