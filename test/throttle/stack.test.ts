import { Client } from 'pg';
import { agreementWithOne } from '../../scripts/bench/one-limiter';
import { publishRules, readsPerSecond, ruleVersions } from '../../scripts/bench/throttle-fleet';
import { type Answer, sendUnevenly } from '../../scripts/bench/uneven-load';
import { insertRules } from '../../src/throttle/rule-repository';
import { expectAgreement, type Fleet, startFleet } from '../support/throttle-fleet';

jest.setTimeout(180_000);

const LIMIT = 100;
const UNEVEN = { parts: [0.5, 0.25, 0.12, 0.07, 0.04, 0.02], turnSeconds: 3 };

/** Six real processes, one client, its requests spread unevenly and turning. Each test is another client. */
describe('six instances', () => {
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

  const send = (address: string, requestsPerSecond: number, seconds: number) =>
    sendUnevenly({ ...UNEVEN, urls: fleet.urls, address, requestsPerSecond, seconds });

  // Held to one limiter that gets the same requests at the same times, so a load that comes in bursts is no fault of theirs.
  // npm run bench:throttle says how exact they are; six that each grant the whole limit admit 3.3 times as much.
  it('admit at ten times the limit what one would', async () => {
    const answers = await send('203.0.113.1', 10 * LIMIT, 20);

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    const { worstSecond, worstSecondByOne } = agreementWithOne(answers, LIMIT);
    expect(worstSecond).toBeLessThanOrEqual(2 * worstSecondByOne);
    expectAgreement(answers, LIMIT, 5_000, 20_000);
  });

  // Six that keep to a sixth of the limit each would refuse 38 of 100.
  it('refuse hardly anybody at nine tenths of the limit', async () => {
    const { asked, admitted, admittedByOne } = agreementWithOne(
      await send('203.0.113.2', 0.9 * LIMIT, 12),
      LIMIT,
    );
    expect((admittedByOne - admitted) / asked).toBeLessThanOrEqual(0.1);
  });

  it('go on without the store, nobody waiting for it, and agree again within two seconds of its return', async () => {
    const locker = new Client({ connectionString: fleet.databaseUrl });
    await locker.connect();
    const load = send('203.0.113.3', 5 * LIMIT, 17);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await locker.query('BEGIN; LOCK TABLE throttle_reports');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await locker.query('ROLLBACK');
    await locker.end();
    const answers = await load;

    const between = (from: number, to: number) => answers.filter(({ atMs }) => atMs > from && atMs <= to);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    expectAgreement(answers, LIMIT, 5_000, 10_000, { least: 0.3, most: 1.5 });
    expectAgreement(answers, LIMIT, 12_000, 17_000);
    // A request that waited for the lock would take seconds.
    expect(median(between(5_500, 10_000))).toBeLessThan(1_500);
  });

  it('have new rules within three seconds, and a broken version changes nothing', async () => {
    const publishedAt = performance.now();
    await publishRules(fleet, readsPerSecond(LIMIT + 1));
    expect(performance.now() - publishedAt).toBeLessThan(3_000);

    const [before] = await ruleVersions(fleet);
    await insertRules(sql, { policies: 'broken' }, 'test');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await ruleVersions(fleet)).toEqual(Array(6).fill(before));
    expect((await fetch(`${fleet.urls[0]}/v1/products/1/summary`)).headers.get('ratelimit-policy')).toBe(
      `"second";q=${LIMIT + 1};w=1`,
    );
  });
});

function median(answers: Answer[]): number {
  return answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b)[answers.length >> 1]!;
}
