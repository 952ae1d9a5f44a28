import querystring from 'node:querystring';
import { COLUMNS } from '../decide/quota-table';
import type { Policy, RouteCost, RuleSet } from './rule-schema';

/**
 * Compiles rules for decide/quota-service.ts: the divisions are done and the header values are
 * written once, not per request.
 */

/** One policy of a plan. Times in milliseconds. */
export interface CompiledPolicy {
  name: string;
  /** The column of its TATs in the table (decide/quota-table.ts). */
  column: number;
  quota: number;
  /** The time in which one unit comes back, if the client has the whole quota on this instance. */
  intervalMs: number;
  /** How far a TAT may lie ahead of now: the time in which a whole burst comes back. */
  toleranceMs: number;
  /** 1 ÷ toleranceMs. */
  partPerMs: number;
  shadow: boolean;
}

/** The policies that apply to one request. */
export interface Plan {
  policies: readonly CompiledPolicy[];
  /** The value of `RateLimit-Policy`. Policies in shadow are not announced. */
  header: string;
}

export interface Plans {
  read: Plan;
  write: Plan;
}

export interface CompiledRules {
  version: number;
  addresses: Plans;
  clients: Plans;
  /** Clients with policies of their own. */
  named: ReadonlyMap<string, Plans>;
  /** By column, the longest tolerance of the policies there, in ms; null: not in use. */
  addressTolerances: readonly (number | null)[];
  clientTolerances: readonly (number | null)[];
  /** By column, the name of the policies there; empty: not in use. */
  addressColumns: readonly string[];
  clientColumns: readonly string[];
  /** The cost of a request in units. `path` is that of `url`, which may have a query. */
  costOf(path: string, url: string): number;
}

const NO_COLUMNS: readonly string[] = [];

/**
 * @param rules must have passed `ruleSet` (rule-schema.ts)
 * @param before the rules until now: a policy that keeps its name keeps its column, and with it what
 *   clients have spent
 */
export function compileRules(
  rules: RuleSet,
  version: number,
  before?: CompiledRules,
): CompiledRules {
  const ofAddresses = rules.policies.filter(({ who }) => who === 'address');
  const ofClients = rules.policies.filter(({ who }) => who === 'client');
  const addressColumns = placeColumns(ofAddresses, before?.addressColumns ?? NO_COLUMNS);
  const clientColumns = placeColumns(ofClients, before?.clientColumns ?? NO_COLUMNS);
  const general = ofClients.filter(({ client }) => client === undefined);
  const ids = new Set(ofClients.flatMap(({ client }) => client ?? []));
  return {
    version,
    addresses: compilePlans(ofAddresses, addressColumns),
    clients: compilePlans(general, clientColumns),
    named: new Map(
      [...ids].map((id) => [id, compilePlans(forClient(id, ofClients, general), clientColumns)]),
    ),
    addressTolerances: tolerances(ofAddresses, addressColumns),
    clientTolerances: tolerances(ofClients, clientColumns),
    addressColumns,
    clientColumns,
    costOf: compileCosts(rules.costs),
  };
}

function forClient(id: string, policies: Policy[], general: Policy[]): Policy[] {
  const own = policies.filter(({ client }) => client === id);
  return [...own, ...general.filter(({ name }) => !own.some((each) => each.name === name))];
}

function placeColumns(policies: Policy[], before: readonly string[]): string[] {
  const names = new Set(policies.map(({ name }) => name));
  const columns = Array.from({ length: COLUMNS }, (_, column) =>
    names.has(before[column] ?? '') ? (before[column] as string) : '',
  );
  for (const name of names) if (!columns.includes(name)) columns[columns.indexOf('')] = name;
  return columns;
}

function compilePlans(policies: Policy[], columns: readonly string[]): Plans {
  const plan = (kind: 'read' | 'write'): Plan => {
    const compiled = policies
      .filter(({ applies_to }) => applies_to === kind)
      .map((policy) => compilePolicy(policy, columns.indexOf(policy.name)));
    const announced = policies.filter(({ applies_to, shadow }) => applies_to === kind && !shadow);
    const header = announced.map(
      ({ name, quota, window_seconds: w }) => `"${name}";q=${quota};w=${w}`,
    );
    return { policies: compiled, header: header.join(', ') };
  };
  return { read: plan('read'), write: plan('write') };
}

function compilePolicy(policy: Policy, column: number): CompiledPolicy {
  const { name, quota, window_seconds, burst = quota, shadow } = policy;
  const intervalMs = (window_seconds * 1_000) / quota;
  const toleranceMs = intervalMs * burst;
  return { name, column, quota, intervalMs, toleranceMs, partPerMs: 1 / toleranceMs, shadow };
}

function tolerances(policies: Policy[], columns: readonly string[]): (number | null)[] {
  return columns.map((name) => {
    const there = policies.filter((policy) => policy.name === name);
    if (there.length === 0) return null;
    return Math.max(...there.map((policy) => compilePolicy(policy, 0).toleranceMs));
  });
}

/**
 * A request costs one unit unless its route has a cost. Paths are compared as Express compares
 * them: upper and lower case are equal, and a slash at the end is ignored.
 */
function compileCosts(costs: readonly RouteCost[]): (path: string, url: string) => number {
  if (costs.length === 0) return () => 1;
  const byRoute = new Map(costs.map((cost) => [cost.route, cost]));
  const lengthMax = Math.max(...costs.map(({ route }) => route.length)) + 1;
  return (path, url) => {
    if (path.length > lengthMax) return 1;
    const cost = byRoute.get(path) ?? byRoute.get(path.toLowerCase().replace(/\/$/, ''));
    if (!cost) return 1;
    return cost.base + (cost.per_product === 0 ? 0 : cost.per_product * countProducts(url));
  };
}

const LIST = 'product_ids';

/**
 * Counts the products in the query, at least 1: in one value with commas, plain or encoded, or in a
 * repeated parameter. It decodes names as the query parser does, so that a client cannot read more
 * products than it pays for by spelling the name differently.
 */
function countProducts(url: string): number {
  let count = 0;
  for (const pair of url.slice(url.indexOf('?') + 1).split('&')) {
    const end = pair.indexOf('=');
    const name = end < 0 ? pair : pair.slice(0, end);
    if (name === LIST || querystring.unescape(name.replaceAll('+', ' ')) === LIST)
      count += pair.split(/,|%2c/i).length;
  }
  return Math.max(count, 1);
}
