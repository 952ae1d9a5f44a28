import { randomBytes } from 'node:crypto';
import { MemoryStore } from 'express-rate-limit';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { createClientIdentity } from '../../src/throttle/decide/client-identity';
import { createQuotaService } from '../../src/throttle/decide/quota-service';
import { compileRules } from '../../src/throttle/rules/quota-policy';
import { ruleSet } from '../../src/throttle/rules/rule-schema';

/**
 * One limiter, with the settings of all: 1,000 per second, and 1,000,000 per hour if it supports
 * two policies.
 */
export interface ThrottleContender {
  name: string;
  /**
   * Decides about one address. The result of an asynchronous limiter is awaited, as its users must
   * do.
   */
  decide(address: string): unknown;
  isAsync: boolean;
  /** How many clients it holds, if it reports that. */
  held?(): number;
}

export const CONTENDER_NAMES = [
  'starling',
  'lru-cache',
  'rate-limiter-flexible',
  'express-rate-limit',
] as const;
export type ContenderName = (typeof CONTENDER_NAMES)[number];

const QUOTA = 1_000;
const HOURLY_QUOTA = 1_000_000;

/**
 * Creates a limiter.
 * @param clientsMax slots, for limiters with a bound; two million for one million clients
 */
export function createContender(name: ContenderName, clientsMax: number): ThrottleContender {
  switch (name) {
    case 'starling':
      return createStarling(clientsMax);
    case 'lru-cache':
      return createLruBucket(clientsMax);
    case 'rate-limiter-flexible': {
      const limiter = new RateLimiterMemory({ points: QUOTA, duration: 3_600 });
      return { name, isAsync: true, decide: (address) => limiter.consume(address).catch(() => {}) };
    }
    case 'express-rate-limit': {
      const store = new MemoryStore();
      store.init({ windowMs: 3_600_000 } as Parameters<MemoryStore['init']>[0]);
      return { name, isAsync: true, decide: (address) => store.increment(address) };
    }
  }
}

function createStarling(clientsMax: number): ThrottleContender {
  const identity = createClientIdentity(randomBytes(16));
  const policy = { applies_to: 'read', who: 'address' };
  const rules = ruleSet.parse({
    policies: [
      { ...policy, name: 'second', quota: QUOTA, window_seconds: 1 },
      { ...policy, name: 'hour', quota: HOURLY_QUOTA, window_seconds: 3_600 },
    ],
  });
  const quotas = createQuotaService({
    identity,
    rules: compileRules(rules, 1),
    addressesMax: clientsMax,
    clientsMax: 8,
    now: () => performance.now(),
    onSlotReused: () => {},
  });
  return {
    name: 'starling',
    isAsync: false,
    decide(address) {
      identity.ofAddress(address);
      return quotas.decide(null, 'read', 1);
    },
    // Counts the slots in use, not the clients that owe units: one unit is owed for a few
    // milliseconds only.
    held: () => quotas.addresses.countTaken(),
  };
}

/** The obvious first implementation: one token bucket object per client, in an LRU cache. */
function createLruBucket(clientsMax: number): ThrottleContender {
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: clientsMax });
  return {
    name: 'lru-cache',
    isAsync: false,
    decide(address) {
      const now = performance.now();
      let bucket = buckets.get(address);
      if (!bucket) {
        bucket = { tokens: QUOTA, at: now };
        buckets.set(address, bucket);
      }
      bucket.tokens = Math.min(QUOTA, bucket.tokens + ((now - bucket.at) * QUOTA) / 1_000);
      bucket.at = now;
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
    held: () => buckets.size,
  };
}
