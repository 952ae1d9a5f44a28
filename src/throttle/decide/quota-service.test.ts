import { compileRules } from '../rules/quota-policy';
import { ruleSet } from '../rules/rule-schema';
import { createClientIdentity } from './client-identity';
import { createQuotaService } from './quota-service';

const SECRET = Buffer.from('0001020304050607', 'hex');

function policies(...given: object[]) {
  return ruleSet.parse({
    policies: given.map((each) => ({
      name: 'second',
      applies_to: 'read',
      who: 'address',
      quota: 10,
      window_seconds: 1,
      ...each,
    })),
  });
}

function createQuotas(rules = policies({}), addressesMax = 1_024) {
  const identity = createClientIdentity(SECRET);
  let nowMs = 0;
  const quotas = createQuotaService({
    identity,
    rules: compileRules(rules, 1),
    addressesMax,
    clientsMax: 64,
    now: () => nowMs,
    onSlotReused: () => {},
  });
  const read = (address: string, now: number, cost = 1) => {
    nowMs = now;
    identity.ofAddress(address);
    return quotas.decide(null, 'read', cost);
  };
  const readAs = (client: string, now: number) => {
    nowMs = now;
    identity.ofClient(client);
    return quotas.decide(client, 'read', 1);
  };
  return { ...quotas, quotas, read, readAs };
}

function countAdmitted(times: number, ask: (index: number) => boolean): number {
  return Array.from({ length: times }, (_, index) => ask(index)).filter(Boolean).length;
}

describe('a quota', () => {
  it('admits the whole burst at once and not one more', () => {
    const { read } = createQuotas(policies({ quota: 10, burst: 25 }));
    expect(countAdmitted(40, () => read('10.0.0.1', 0))).toBe(25);
  });

  it('gives back one unit per interval, so nobody can spend a window twice at its boundary', () => {
    const { read } = createQuotas();
    countAdmitted(10, () => read('10.0.0.1', 999));
    expect(countAdmitted(10, () => read('10.0.0.1', 1_001))).toBe(0);
    expect(countAdmitted(10, () => read('10.0.0.1', 1_099))).toBe(1);
    expect(countAdmitted(10, () => read('10.0.0.1', 1_299))).toBe(2);
  });

  it('admits exactly the rate in the long run, however much more a client asks for', () => {
    const { read } = createQuotas();
    expect(countAdmitted(100_000, (index) => read('10.0.0.1', index))).toBe(10 + 999);
  });

  it('counts each address separately', () => {
    const { read } = createQuotas();
    countAdmitted(10, () => read('10.0.0.1', 0));
    expect(read('10.0.0.1', 0)).toBe(false);
    expect(read('10.0.0.2', 0)).toBe(true);
  });

  it('charges the cost, and admits a cost above the burst when the client owes nothing', () => {
    const { read } = createQuotas();
    expect(read('10.0.0.1', 0, 8)).toBe(true);
    expect(read('10.0.0.1', 0, 3)).toBe(false);
    expect(read('10.0.0.1', 0, 2)).toBe(true);
    expect(read('10.0.0.1', 1_000, 50)).toBe(true);
    expect(read('10.0.0.1', 5_999, 1)).toBe(true);
    expect(read('10.0.0.1', 2_000, 1)).toBe(false);
  });

  it('checks all policies before it charges any, so a refusal costs nothing', () => {
    const minute = { name: 'minute', quota: 20, window_seconds: 60 };
    const { read, verdict } = createQuotas(policies({}, minute));
    expect(countAdmitted(1_000, (index) => read('10.0.0.1', index * 100))).toBe(20 + 33);
    expect(verdict.plan.policies[verdict.violated]?.name).toBe('minute');
  });

  it('reports what is left, when the burst is whole again, and how long to wait', () => {
    const { read, verdict } = createQuotas();
    countAdmitted(4, () => read('10.0.0.1', 0));
    expect(verdict).toMatchObject({ remaining: 6, resetSeconds: 1, violated: -1 });
    countAdmitted(6, () => read('10.0.0.1', 0));
    expect(read('10.0.0.1', 0)).toBe(false);
    expect(verdict).toMatchObject({ remaining: 0, violated: 0, retryAfterSeconds: 1 });
    expect(read('10.0.0.1', verdict.retryAfterSeconds * 1_000)).toBe(true);
  });

  it('only counts what a policy in shadow would refuse, and enforces the others', () => {
    const { read, counters } = createQuotas(
      policies({ shadow: true }, { name: 'minute', quota: 15, window_seconds: 60 }),
    );
    expect(countAdmitted(20, () => read('10.0.0.1', 0))).toBe(15);
    expect(counters).toEqual({ allowed: 15, refused: 5, shadowRefused: 5 });
  });

  it('uses the policy that names an API client in place of the general one', () => {
    const { readAs } = createQuotas(
      policies({ who: 'client' }, { who: 'client', client: 'acme', quota: 20, window_seconds: 1 }),
    );
    expect(countAdmitted(50, () => readAs('other', 0))).toBe(10);
    expect(countAdmitted(50, () => readAs('acme', 0))).toBe(20);
  });
});

describe('new rules', () => {
  it('apply at once, and keep what was spent under the same name', () => {
    const { read, quotas } = createQuotas();
    countAdmitted(10, () => read('10.0.0.1', 0));
    quotas.apply(
      compileRules(policies({ name: 'extra', quota: 500 }, { burst: 15 }), 2, quotas.rules),
    );
    expect(quotas.rules.version).toBe(2);
    expect(countAdmitted(10, () => read('10.0.0.1', 0))).toBe(5);
  });

  it('start a policy with a new name with nothing spent', () => {
    const { read, quotas } = createQuotas();
    countAdmitted(10, () => read('10.0.0.1', 0));
    quotas.apply(compileRules(policies({ name: 'other' }), 2, quotas.rules));
    expect(countAdmitted(20, () => read('10.0.0.1', 0))).toBe(10);
  });
});

describe('the table', () => {
  const many = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

  it('never grows, and evicts the clients that owe least', () => {
    const { read, addresses } = createQuotas(policies({ quota: 100, window_seconds: 60 }), 1_024);
    countAdmitted(100, () => read('203.0.113.1', 0));
    countAdmitted(100_000, (index) => read(many(index), 1));

    expect(addresses.slots).toBe(1_024);
    expect(addresses.countLive(1)).toBe(1_024);
    expect(addresses.evicted).toBeGreaterThan(90_000);
    expect(read('203.0.113.1', 2)).toBe(false);
  });

  it('reuses the slot of a client that owes nothing, without counting an eviction', () => {
    const { read, addresses } = createQuotas(policies({}), 64);
    countAdmitted(10_000, (index) => read(many(index), index * 1_000));
    expect(addresses.evicted).toBe(0);
    expect(addresses.countLive(10_000_000)).toBe(0);
  });

  it('never evicts an API client, however many addresses come', () => {
    const { read, readAs } = createQuotas(
      policies({}, { who: 'client', quota: 1, window_seconds: 60 }),
      64,
    );
    readAs('acme', 0);
    countAdmitted(100_000, (index) => read(many(index), 1));
    expect(readAs('acme', 2)).toBe(false);
  });
});
