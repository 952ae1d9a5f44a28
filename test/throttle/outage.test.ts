import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { publishRules, readsPerSecond } from '../../scripts/bench/throttle-fleet';
import { type Answer, sendUnevenly } from '../../scripts/bench/uneven-load';
import { startValkey, type ValkeyServer } from '../../scripts/bench/valkey-server';
import { createClientKeys } from '../../src/clients/client-key';
import { createClientRegister } from '../../src/clients/client-service';
import { findSecret } from '../../src/platform/db/secret-repository';
import { until } from '../support/poll';
import { expectAgreement, type Fleet, startFleet } from '../support/throttle-fleet';

jest.setTimeout(180_000);

const LIMIT = 100;
const UNEVEN = { parts: [0.5, 0.25, 0.12, 0.07, 0.04, 0.02], turnSeconds: 3 };

function send({ urls }: Fleet, address: string, seconds: number): Promise<Answer[]> {
  return sendUnevenly({ ...UNEVEN, urls, address, requestsPerSecond: 5 * LIMIT, seconds });
}

/** Nobody saw an error. */
function expectAnswers(answers: Answer[]): void {
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
}

describe('six instances that agree through Valkey', () => {
  let valkey: ValkeyServer;
  let fleet: Fleet;

  beforeAll(async () => {
    valkey = await startValkey();
    fleet = await startFleet(6, { REDIS_URL: valkey.url });
    await publishRules(fleet, readsPerSecond(LIMIT));
  });
  afterAll(async () => {
    await fleet?.stop();
    await valkey?.kill();
  });

  it('go on when it is killed, and agree again within two seconds of its return', async () => {
    const load = send(fleet, '203.0.113.1', 13);
    await sleep(4_000);
    await valkey.kill();
    await sleep(3_000);
    await valkey.start();
    const answers = await load;
    expectAnswers(answers);
    expectAgreement(answers, LIMIT, 4_000, 7_000, { least: 0.3, most: 1.5 });
    expectAgreement(answers, LIMIT, 9_000, 13_000);
  });
});

describe('six instances that agree through PostgreSQL', () => {
  let fleet: Fleet;
  let sql: Client;

  beforeAll(async () => {
    fleet = await startFleet(6);
    sql = new Client({ connectionString: fleet.databaseUrl });
    await sql.connect();
    await publishRules(fleet, readsPerSecond(LIMIT));
  });
  afterAll(async () => {
    await sql?.end();
    await fleet?.stop();
  });

  it('go on when the table is dropped, make it again, and agree within two seconds', async () => {
    const load = send(fleet, '203.0.113.2', 10);
    await sleep(4_000);
    await sql.query('DROP TABLE throttle_reports');
    const answers = await load;
    expectAnswers(answers);
    expectAgreement(answers, LIMIT, 6_000, 10_000);
    const { rows } = await sql.query('SELECT count(*)::int AS members FROM throttle_reports');
    expect(rows).toEqual([{ members: 6 }]);
  });

  it('refuse a revoked key, all of them, within three seconds', async () => {
    const pool = new Pool({ connectionString: fleet.databaseUrl });
    const register = createClientRegister(pool, createClientKeys(await findSecret(pool, 'client-keys')));
    const key = await register.createClient('short-lived', ['read']);
    const statuses = () =>
      Promise.all(
        fleet.urls.map(async (url) => {
          const headers = { Authorization: `Bearer ${key}` };
          return (await fetch(`${url}/v1/products/1/summary`, { headers })).status;
        }),
      );
    await until('all know the key', async () => (await statuses()).every((status) => status === 200));
    await register.revoke('short-lived', null);
    await until(
      'all refuse the key',
      async () => (await statuses()).every((status) => status === 401),
      3_000,
    );
    await pool.end();
  });
});
