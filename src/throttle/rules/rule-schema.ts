import { z } from 'zod';
import { COLUMNS } from '../decide/quota-table';

/**
 * The form of a version of the rules, which `npm run rules` and every instance check.
 * docs/throttling.md explains each field.
 */

const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    'must have 1–32 characters of a-z 0-9 - and begin with a letter',
  );

const policy = z.strictObject({
  name,
  /** `read` counts GET and HEAD, `write` all other methods. */
  applies_to: z.enum(['read', 'write']),
  /** Whose requests it counts: those of each address without a key, or of each API client. */
  who: z.enum(['address', 'client']),
  /** Only for this API client, in place of the policy of the same name for all clients. */
  client: z.string().min(1).max(128).optional(),
  quota: z.int().min(1).max(1_000_000_000),
  window_seconds: z.int().min(1).max(86_400),
  /** How many units at once; absent: as many as the quota. */
  burst: z.int().min(1).max(1_000_000_000).optional(),
  /** Counted, never enforced. */
  shadow: z.boolean().default(false),
});

const cost = z.strictObject({
  /** The path of a route without parameters. */
  route: z.string().regex(/^\/[a-z0-9/_-]{1,100}$/, 'must be a path like /v1/summaries'),
  base: z.number().min(0).max(1_000),
  /** Added for every value of the query parameter `product_ids`. */
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
    if (seen.has(identity))
      yield `has two policies "${name}" for the same ${client === undefined ? who : `client ${client}`}`;
    seen.add(identity);
    if (client !== undefined && who !== 'client')
      yield `"${name}" names a client, so its "who" must be "client"`;
  }
  for (const who of ['address', 'client'] as const) {
    const names = new Map<string, string>();
    for (const { name, applies_to } of policies.filter((each) => each.who === who)) {
      if ((names.get(name) ?? applies_to) !== applies_to)
        yield `uses the name "${name}" for reads and for writes; use two names`;
      names.set(name, applies_to);
    }
    if (names.size > COLUMNS)
      yield `has ${names.size} names of policies for each ${who}; at most ${COLUMNS} are allowed`;
  }
}

/**
 * The rules until a version is published. They are wide enough that nobody meets them by ordinary
 * use: a shopper, a storefront that renders on a server, an office behind one address, or a load
 * generator at some hundreds of requests per second. They are narrow enough that one address cannot
 * take all the capacity.
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
    // Each token adds a voter: ten at once per address, two per second, 500 per hour.
    { route: '/v1/actors', base: 100 },
  ],
});

function bySecond(applies_to: string, who: string, quota: number, burst: number) {
  return { name: `${applies_to}-second`, applies_to, who, quota, window_seconds: 1, burst };
}

function byHour(applies_to: string, who: string, quota: number) {
  return { name: `${applies_to}-hour`, applies_to, who, quota, window_seconds: 3_600 };
}
