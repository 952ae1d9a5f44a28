import { z } from 'zod';
import { COLUMNS } from '../decide/quota-table';

/**
 * One version of the throttle's rules, in the form that operators publish and the database stores.
 * docs/throttling.md explains each field.
 */

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1–32 of a-z 0-9 -, and begin with a letter');

const policy = z.strictObject({
  name,
  /** The requests that it counts: GET and HEAD, or all others. */
  applies_to: z.enum(['read', 'write']),
  /** Counts per address, without a key, or per API client. */
  who: z.enum(['address', 'client']),
  /** Only for this API client; replaces the policy of the same name for all clients. */
  client: z.string().min(1).max(128).optional(),
  quota: z.int().min(1).max(1_000_000_000),
  window_seconds: z.int().min(1).max(86_400),
  /** How many requests at once; absent: as many as the quota. */
  burst: z.int().min(1).max(1_000_000_000).optional(),
  /** The instances count it and never enforce it. */
  shadow: z.boolean().default(false),
});

const cost = z.strictObject({
  /** The path of a route without parameters. */
  route: z.string().regex(/^\/[a-z0-9/_-]{1,100}$/, 'must be a path like /v1/summaries'),
  base: z.number().min(0).max(1_000),
  /** Added per value of the query parameter `product_ids`. */
  per_product: z.number().min(0).max(1_000).default(0),
});

export const ruleSet = z
  .strictObject({
    policies: z.array(policy).max(200),
    costs: z.array(cost).max(50).default([]),
  })
  .superRefine(({ policies }, context) => {
    for (const message of contradictions(policies))
      context.addIssue({ code: 'custom', path: ['policies'], message });
  });

export type Policy = z.output<typeof policy>;
export type RouteCost = z.output<typeof cost>;
export type RuleSet = z.output<typeof ruleSet>;

function* contradictions(policies: Policy[]): Generator<string> {
  const seen = new Set<string>();
  for (const { name, who, client } of policies) {
    const identity = JSON.stringify([name, who, client ?? null]);
    if (seen.has(identity)) yield `names "${name}" twice for the same ${client ?? who}`;
    seen.add(identity);
    if (client !== undefined && who !== 'client')
      yield `"${name}" names a client but counts addresses`;
  }
  for (const who of ['address', 'client'] as const) {
    const names = new Map<string, string>();
    for (const { name, applies_to } of policies.filter((each) => each.who === who)) {
      if ((names.get(name) ?? applies_to) !== applies_to)
        yield `uses "${name}" for reads and for writes`;
      names.set(name, applies_to);
    }
    if (names.size > COLUMNS)
      yield `has ${names.size} names for one ${who}; at most ${COLUMNS} are kept`;
  }
}

/**
 * The rules until an operator publishes others. They are wide enough for a shopper, a storefront
 * that renders on a server, an office behind one address, and a load generator with some hundred
 * requests per second. They are narrow enough that no address can use the whole capacity.
 */
export const DEFAULT_RULES: RuleSet = ruleSet.parse({
  policies: [
    bySecond('read', 'address', 1_000, 2_000),
    byHour('read', 'address', 1_000_000),
    bySecond('write', 'address', 200, 1_000),
    byHour('write', 'address', 50_000),
    bySecond('read', 'client', 2_000, 4_000),
    byHour('read', 'client', 4_000_000),
    bySecond('write', 'client', 500, 2_000),
    byHour('write', 'client', 1_000_000),
  ],
  costs: [
    { route: '/v1/summaries', base: 0.9, per_product: 0.1 },
    // Each token makes one more voter: at most ten at once from one address, two per second and 500
    // per hour.
    { route: '/v1/actors', base: 100 },
  ],
});

function bySecond(applies_to: string, who: string, quota: number, burst: number) {
  return { name: `${applies_to}-second`, applies_to, who, quota, window_seconds: 1, burst };
}

function byHour(applies_to: string, who: string, quota: number) {
  return { name: `${applies_to}-hour`, applies_to, who, quota, window_seconds: 3_600 };
}
