import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startNginx, type TestNginx } from '../support/nginx';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { temporaryFolder } from '../support/temporary-folder';
import { type Fleet, startFleet } from '../support/throttle-fleet';
import { codeOfRightAnswers, runCommand, runLoadTests } from './load-test-run';

const WRONG_SETTING = 107;
const QUOTA = 30;

describeWith('k6', 'the load tests', () => {
  let folder: string;
  let fleet: Fleet;
  let nginx: TestNginx;
  let key: string;
  let writeKey: string;

  beforeAll(async () => {
    folder = temporaryFolder('k6');
    fleet = await startFleet(3);
    nginx = await startNginx(fleet.urls.map((url) => Number(new URL(url).port)));
    const seeding = [
      '--reviews',
      '600',
      '--segment-rows',
      '300',
      '--quiet',
      '--dir',
      path.join(folder, 'seed'),
    ];
    await runCommand(fleet.databaseUrl, 'seed', ...seeding);
    key = (
      await runCommand(fleet.databaseUrl, 'clients', 'create', 'k6', '--scopes', 'read')
    ).trim();
    writeKey = (
      await runCommand(fleet.databaseUrl, 'clients', 'create', 'k6-writes', '--scopes', 'write')
    ).trim();
    await publishQuotaOf('k6');
  });
  afterAll(async () => {
    await nginx?.stop();
    await fleet?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Creates the client as k6/README.md says: the rules in force, and a policy for one client. */
  async function publishQuotaOf(client: string): Promise<void> {
    const rules = JSON.parse(await runCommand(fleet.databaseUrl, 'rules', 'show')) as {
      policies: object[];
    };
    const policy = { name: 'read-second', applies_to: 'read', who: 'client', client };
    rules.policies.push({ ...policy, quota: QUOTA, window_seconds: 1 });
    const file = path.join(folder, 'rules.json');
    writeFileSync(file, JSON.stringify(rules));
    await runCommand(fleet.databaseUrl, 'rules', 'publish', file);
    for (const url of fleet.urls)
      await until('the rules are in force', async () => {
        const ready = (await (await fetch(`${url}/readyz`)).json()) as { rule_version: number };
        return ready.rule_version === 1;
      });
  }

  it.each<[string, Record<string, string>]>([
    ['smoke', { DURATION: '2s' }],
    ['load', { RATE: '40', DURATION: '3s' }],
    ['stress', { RATES: '20,40', FLOOR: '20', STEP: '1s' }],
    ['spike', { BASE: '10', PEAK: '60', PHASE: '1s' }],
    ['soak', { RATE: '20', DURATION: '4s' }],
    ['writes', { RATE: '20', DURATION: '2s' }],
  ])('%s passes, and says so as text and as a page', async (script, environment) => {
    const REPORTS = path.join(folder, script);
    const settings = { ...environment, REPORTS, ...(script === 'writes' && { KEY: writeKey }) };
    const { code, out, error } = await runLoadTests(nginx.url, [script], settings);

    const expected = codeOfRightAnswers(out);
    expect(code).toBe(expected);
    if (expected === 0) expect(error).toBe('');
    expect(out).toContain(`${script}: ${expected === 0 ? 'passed' : 'FAILED'}`);
    expect(readdirSync(REPORTS).sort()).toEqual([
      `${script}.html`,
      `${script}.json`,
      `${script}.txt`,
    ]);
    expect(readFileSync(path.join(REPORTS, `${script}.html`), 'utf8')).toContain('<h1>');
  });

  it('throttle passes with the key of a client whose quota is QUOTA', async () => {
    const REPORTS = path.join(folder, 'throttle');
    const environment = { KEY: key, QUOTA: `${QUOTA}`, DURATION: '4s', REPORTS };
    const { code, out } = await runLoadTests(nginx.url, ['throttle'], environment);

    expect([code, /(\d+) refused/.exec(out)?.[1]]).toEqual([
      codeOfRightAnswers(out),
      expect.stringMatching(/^[1-9]/),
    ]);
  });

  it('throttle stops if QUOTA is not the quota of the client', async () => {
    const environment = { KEY: key, QUOTA: `${QUOTA + 1}`, REPORTS: path.join(folder, 'refused') };
    const { code, error } = await runLoadTests(nginx.url, ['throttle'], environment);

    expect([code, error]).toEqual([WRONG_SETTING, expect.stringContaining('QUOTA must match')]);
  });
});
