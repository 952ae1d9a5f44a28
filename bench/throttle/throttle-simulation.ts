import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { createClientIdentity } from '../../src/throttle/decide/client-identity';
import { createQuotaService } from '../../src/throttle/decide/quota-service';
import { compileRules } from '../../src/throttle/rules/quota-policy';
import { ruleSet } from '../../src/throttle/rules/rule-schema';
import { createSharedQuotas, type SharedQuotas } from '../../src/throttle/share/quota-sharing';
import {
  createSpendingExchange,
  type ReportStore,
  type SpendingExchange,
} from '../../src/throttle/share/spending-exchange';
import { MEMBER_TTL_MS, readReport } from '../../src/throttle/share/spending-report';
import { fullestSecond } from './one-limiter';

/**
 * Several instances in one process on an artificial clock. They run the production code without the
 * sockets. The requests of one client are spread unevenly over the instances, and the shares
 * rotate. For comparison, one limiter sees all requests, as if there were one instance.
 */
export interface Scenario {
  seconds: number;
  /** The quota of the only policy, per second. */
  limit: number;
  burst: number;
  /** Requests per second, with Poisson arrivals. */
  load: number;
  /** Each instance's share of the traffic; the shares add up to 1. */
  parts: readonly number[];
  /** Every so many seconds, the shares rotate by one instance. */
  turnSeconds: number;
  storeIntervalMs: number;
  storeLatencyMs: number;
  /** Returns whether the store answers at this time. Default: always. */
  storeIsUp?(nowMs: number): boolean;
  /** When the store loses its content: its table is dropped, or it restarts empty. */
  storeForgetsAtMs?: number;
  seed: number;
}

export interface Outcome {
  asked: number;
  admitted: number;
  /** Admissions after the first ten seconds, when the first burst is over. */
  admittedSettled: number;
  /**
   * Admissions in the fullest window of one second, in the whole run and after its first ten
   * seconds.
   */
  worstSecond: number;
  worstSecondSettled: number;
  /** What one limiter admits that sees the same requests. */
  central: Pick<Outcome, 'admitted' | 'admittedSettled' | 'worstSecond' | 'worstSecondSettled'>;
  swaps: number;
  /** Counters reported to other instances. */
  reports: number;
  /** When requests were admitted, in milliseconds from the start. */
  times: number[];
}

const SETTLED_MS = 10_000;
const ADDRESS = '203.0.113.7';

interface SimulatedInstance {
  admit(): boolean;
  exchange: SpendingExchange;
  shared: SharedQuotas;
}

/** Runs a scenario. The same seed gives the same requests. */
export async function simulate(scenario: Scenario): Promise<Outcome> {
  const { seconds, load, parts, turnSeconds } = scenario;
  const world = createWorld(scenario.seed);
  const secret = randomBytes(16);
  const store = createSimulatedStore(scenario, world);
  const instances = parts.map((_, index) => createInstance(scenario, world, store, secret, index));
  const central = createInstance(scenario, world, null, secret, -1);
  for (const { exchange } of instances)
    world.schedule(() => void exchange.start(), world.random() * 50);
  await world.runUntil(500);

  const start = world.now();
  const times: number[] = [];
  const centralTimes: number[] = [];
  let asked = 0;
  for (let at = start; ; ) {
    at -= (Math.log(1 - world.random()) * 1_000) / load;
    if (at > start + seconds * 1_000) break;
    await world.runUntil(at);
    const turn = Math.floor((at - start) / 1_000 / turnSeconds);
    const instance = instances[(pick(parts, world.random()) + turn) % parts.length]!;
    asked += 1;
    if (instance.admit()) times.push(at - start);
    if (central.admit()) centralTimes.push(at - start);
  }
  const swaps = instances.reduce((sum, { exchange }) => sum + exchange.state.swaps, 0);
  return {
    asked,
    ...sumUp(times),
    central: sumUp(centralTimes),
    swaps,
    reports: store.reports,
    times,
  };
}

function sumUp(times: number[]) {
  const settled = times.filter((at) => at > SETTLED_MS);
  return {
    admitted: times.length,
    admittedSettled: settled.length,
    worstSecond: fullestSecond(times),
    worstSecondSettled: fullestSecond(settled),
  };
}

function pick(parts: readonly number[], random: number): number {
  let left = random;
  for (const [index, part] of parts.entries()) {
    left -= part;
    if (left < 0) return index;
  }
  return parts.length - 1;
}

type World = ReturnType<typeof createWorld>;

/** A clock, its timers, and a repeatable random generator (mulberry32). */
function createWorld(seed: number) {
  let nowMs = 0;
  let state = seed;
  let timers: { at: number; run: () => void }[] = [];
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  function schedule(run: () => void, delayMs: number): () => void {
    const timer = { at: nowMs + delayMs, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((each) => each !== timer);
    };
  }
  async function runUntil(at: number): Promise<void> {
    for (;;) {
      let next: { at: number; run: () => void } | undefined;
      for (const timer of timers) if (timer.at <= at && (!next || timer.at < next.at)) next = timer;
      if (!next) break;
      const due = next;
      timers = timers.filter((each) => each !== due);
      nowMs = Math.max(nowMs, due.at);
      due.run();
      for (let i = 0; i < 10; i += 1) await Promise.resolve(); // lets promises that the timer settled continue
    }
    nowMs = at;
  }
  return { now: () => nowMs, random, schedule, runUntil };
}

/** The simulated store. Half of the latency passes before the swap, half after it. */
function createSimulatedStore(scenario: Scenario, world: World) {
  const { storeIntervalMs, storeLatencyMs, storeIsUp, storeForgetsAtMs } = scenario;
  const kept = new Map<string, { report: string; at: number }>();
  const later = () => new Promise<void>((resolve) => world.schedule(resolve, storeLatencyMs / 2));
  if (storeForgetsAtMs !== undefined) world.schedule(() => kept.clear(), storeForgetsAtMs);
  const store: ReportStore & { reports: number } = {
    reports: 0,
    name: 'simulated',
    intervalMs: storeIntervalMs,
    async swap(member, report) {
      await later();
      if (storeIsUp && !storeIsUp(world.now())) throw new Error('away');
      store.reports += readReport(report).entries.length;
      kept.set(member, { report, at: world.now() });
      const others = [...kept].filter(
        ([id, { at }]) => id !== member && world.now() - at < MEMBER_TTL_MS,
      );
      const answer = others.map(([id, { report: text, at }]) => ({
        member: id,
        ageMs: world.now() - at,
        report: text,
      }));
      await later();
      return answer;
    },
    close: async () => {},
  };
  return store;
}

function createInstance(
  { limit, burst }: Scenario,
  world: World,
  store: ReportStore | null,
  secret: Buffer,
  index: number,
): SimulatedInstance {
  const identity = createClientIdentity(secret);
  const policy = {
    name: 'second',
    applies_to: 'read',
    who: 'address',
    quota: limit,
    window_seconds: 1,
    burst,
  };
  const quotas = createQuotaService({
    identity,
    rules: compileRules(ruleSet.parse({ policies: [policy] }), 1),
    addressesMax: 64,
    clientsMax: 8,
    now: world.now,
    onSlotReused: (table, slot) => shared.forget(table, slot),
  });
  const shared = createSharedQuotas({
    quotas,
    identity,
    membersAssumed: 1,
    now: world.now,
    nudge: () => exchange.nudge(),
  });
  const exchange = createSpendingExchange({
    store: store ?? { name: 'none', intervalMs: 0, swap: async () => [], close: async () => {} },
    member: `${index}`,
    shared,
    logger: pino({ level: 'silent' }),
    now: world.now,
    random: world.random,
    schedule: world.schedule,
  });
  if (store) quotas.share(shared);
  const admit = () => {
    identity.ofAddress(ADDRESS);
    return quotas.decide(null, 'read', 1);
  };
  return { admit, exchange, shared };
}
