import { Client, Pool } from 'pg';
import { agreementWithOne } from '../../bench/throttle/one-limiter';
import { publishRules, readsPerSecond, ruleVersions } from '../../bench/throttle/throttle-fleet';
import { type Answer, sendUnevenly } from '../../bench/throttle/uneven-load';
import { startValkey, type ValkeyServer } from '../../bench/throttle/valkey-server';
import { createClientKeys } from '../../src/clients/client-key';
import { createClientRegister } from '../../src/clients/client-service';
import { findSecret } from '../../src/platform/db/secret-repository';
import { insertRules } from '../../src/throttle/rules/rule-repository';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { type Fleet, readMetric, startFleet, untilAllSay } from '../support/throttle-fleet';

const PER_SECOND = 10;
const BURST_SECONDS = 10;
/** Half of the requests go to one instance, 2 % to another. */
const PARTS = [0.5, 0.25, 0.12, 0.07, 0.04, 0.02];

/** One policy: so many reads per second and address, and a burst of `seconds` times that. */
function readQuota(perSecond: number, seconds: number) {
  const policy = { name: 'reads', applies_to: 'read', who: 'address' };
  return { policies: [{ ...policy, quota: perSecond * seconds, window_seconds: seconds }] };
}

let clients = 0;
/**
 * Sends as a new client with a full quota: ten times the rate of the quota, unless the test names
 * another load.
 */
function send(
  { urls }: Fleet,
  requestsPerSecond = 10 * PER_SECOND,
  seconds = 4,
): Promise<Answer[]> {
  const address = `203.0.113.${++clients}`;
  return sendUnevenly({ urls, address, requestsPerSecond, seconds, parts: PARTS, turnSeconds: 60 });
}

/**
 * There was no error, and the six admitted together about as many of the same requests as one would:
 * 140. Six that each grant the whole quota would admit 340. The bounds are far from both, for a busy
 * machine. sharing.test.ts (with its own clock) and `npm run bench:throttle` measure how exact the
 * six are.
 */
function expectOneQuota(answers: Answer[]): void {
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
  const burst = PER_SECOND * BURST_SECONDS;
  const { admitted, admittedByOne } = agreementWithOne(answers, PER_SECOND, { burst });
  expect(admitted).toBeGreaterThan(0.4 * admittedByOne);
  expect(admitted).toBeLessThan(1.7 * admittedByOne);
}

async function startSharing(environment: Record<string, string> = {}): Promise<Fleet> {
  const fleet = await startFleet(6, environment);
  await untilAllSay(fleet, 'throttle_instances', 6);
  await publishRules(fleet, readQuota(PER_SECOND, BURST_SECONDS));
  return fleet;
}

describe('six instances that agree through PostgreSQL', () => {
  let fleet: Fleet;
  let sql: Client;

  beforeAll(async () => {
    fleet = await startSharing();
    sql = new Client({ connectionString: fleet.databaseUrl });
    await sql.connect();
  });
  afterAll(async () => {
    await sql?.end();
    await fleet?.stop();
  });

  it('admit as much as one instance at ten times the quota', async () => {
    expectOneQuota(await send(fleet));
  });

  // Six that each keep to a sixth of the quota would refuse 24 of 100. To do better they need a
  // working exchange. If a busy machine made one fail, the test sends the load again.
  it('refuse almost no request at nine tenths of the quota', async () => {
    await publishRules(fleet, readQuota(20, 4));
    await until(
      'the exchange never failed during a load',
      async () => {
        const before = await readMetric(fleet, 'throttle_exchange_failures_total');
        const answers = await send(fleet, 18, 10);
        if (`${before}` !== `${await readMetric(fleet, 'throttle_exchange_failures_total')}`)
          return false;
        const admitted = answers.filter(({ status }) => status === 200);
        expect(admitted.length / answers.length).toBeGreaterThan(0.85);
        return true;
      },
      90_000,
    );
    await publishRules(fleet, readQuota(PER_SECOND, BURST_SECONDS));
  });

  it('go on without delay while the store hangs, and agree again when it is back', async () => {
    await sql.query('BEGIN; LOCK TABLE throttle_reports');
    await untilAllSay(fleet, 'throttle_exchange_open', 1);
    expectOneQuota(await send(fleet)); // all responded: no request waited for the lock, which is still held
    await sql.query('ROLLBACK');
    await untilAllSay(fleet, 'throttle_exchange_open', 0);
    expectOneQuota(await send(fleet));
  });

  it('go on when the table is dropped, and create it again', async () => {
    const load = send(fleet);
    await sql.query('DROP TABLE throttle_reports');
    expectOneQuota(await load);
    await until('all are in the table again', async () => {
      const { rows } = await sql
        .query('SELECT count(*)::int AS members FROM throttle_reports')
        .catch(() => ({ rows: [] })); // not created yet
      return rows[0]?.members === 6;
    });
    expectOneQuota(await send(fleet));
  });

  it('all apply new rules, and ignore a broken version', async () => {
    const { version } = await publishRules(fleet, readsPerSecond(7));
    await insertRules(sql, { policies: 'broken' }, 'test');
    await untilAllSay(fleet, 'throttle_rule_versions_refused_total', 1);
    expect(await ruleVersions(fleet)).toEqual(Array(6).fill(version));
    expect(
      (await fetch(`${fleet.urls[0]}/v1/products/1/summary`)).headers.get('ratelimit-policy'),
    ).toBe('"second";q=7;w=1');
  });

  it('all refuse a revoked key', async () => {
    await publishRules(fleet, readsPerSecond(10_000)); // requests without a key use the quota of this machine's address
    const pool = new Pool({ connectionString: fleet.databaseUrl });
    const register = createClientRegister(
      pool,
      createClientKeys(await findSecret(pool, 'client-keys')),
    );
    const key = await register.createClient('short-lived', ['read']);
    const allAnswer = (expected: number) => async () => {
      const headers = { Authorization: `Bearer ${key}` };
      const answers = await Promise.all(
        fleet.urls.map((url) => fetch(`${url}/v1/products/1/summary`, { headers })),
      );
      return answers.every(({ status }) => status === expected);
    };
    await until('all know the key', allAnswer(200));
    await register.revoke('short-lived', null);
    await until('all refuse the key', allAnswer(401));
    await pool.end();
  });
});

describeWith('valkey', 'six instances that agree through Valkey', () => {
  let valkey: ValkeyServer;
  let fleet: Fleet;

  beforeAll(async () => {
    valkey = await startValkey();
    fleet = await startSharing({ REDIS_URL: valkey.url });
  });
  afterAll(async () => {
    await fleet?.stop();
    await valkey?.kill();
  });

  it('go on when Valkey is killed, and agree again when it is back', async () => {
    const load = send(fleet);
    await valkey.kill();
    expectOneQuota(await load);
    await untilAllSay(fleet, 'throttle_exchange_open', 1);
    expectOneQuota(await send(fleet));
    await valkey.start();
    await untilAllSay(fleet, 'throttle_exchange_open', 0);
    expectOneQuota(await send(fleet));
  });
});
