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
  /** What clients' hashes are keyed with; the same on all instances. */
  secret: Buffer;
  mode: 'on' | 'shadow';
  addressesMax: number;
  /** Where this instance hears of the others. */
  store: ReportStore;
  instance: string;
  /** How many instances to reckon with until they have been counted. */
  instancesAssumed: number;
  /** The newest published rules if their version is not `known`, else null. */
  findRules(known: number): Promise<StoredRules | null>;
  /** Where the last good rules are kept for a start without the database; undefined: nowhere. */
  rulesFile: string | undefined;
  logger: Logger;
  clientOf: ClientOf;
  /** The client's address as the trusted proxy reports it. */
  addressOf(request: IncomingMessage): string;
  /** What every answer carries, a refusal too: a name and a value in turn. */
  answerHeaders: readonly string[];
  accessLog: AccessLog;
}

export interface Throttle {
  /** Puts itself before the request listeners, and answers the requests that it refuses. */
  gate(next: RequestListener): RequestListener;
  metrics(): ThrottleMetrics;
  /** 0: the defaults. */
  ruleVersion(): number;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface ThrottleMetrics {
  allowed: number;
  refused: number;
  shadow_refused: number;
  /**
   * Clients that have spent something they have not got back. Counted by reading the tables: a few
   * milliseconds.
   */
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

/** Keys are given out by the merchant: thousands are many. */
const CLIENTS_MAX = 16_384;

/**
 * Puts the throttle together. A request meets it in this order:
 *
 * 1. `http/throttle-gate.ts` asks, in front of Express, who the client is and what the request
 *    costs;
 * 2. `decide/quota-service.ts` decides from the client's slot in a table, without waiting for
 *    anything;
 * 3. `http/refusal-answer.ts` answers 429 for a client that is over its quota.
 *
 * Beside the requests, `share/spending-exchange.ts` exchanges with the other instances what each
 * has admitted, and `rules/rule-service.ts` polls for new rules. Only `start` takes time.
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
    onGone: (table, slot) => shared.forget(table, slot),
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
