import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { Client } from 'pg';
import { freePorts, requireFreePorts } from '../../scripts/local/free-ports';
import { isAlive, type ProcessIdentity } from '../../scripts/local/process-identity';
import { packageRoot } from '../../src/platform/package-root';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { temporaryFolder } from '../support/temporary-folder';

const START_TIMEOUT_MS = 170_000;

describeWith('nginx', 'npm start', () => {
  let data: string;
  let port: number;
  const started: Start[] = [];

  beforeAll(async () => {
    data = temporaryFolder('start');
    port = await portWithRoomAbove();
  });
  afterEach(() => Promise.all(started.splice(0).map((start) => start.end())));
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  function npmStart(args: string[], environment: NodeJS.ProcessEnv = {}): Start {
    const start = new Start(['--port', `${port}`, '--instances', '2', ...args], environment);
    started.push(start);
    return start;
  }

  it('seeds, serves, prints three calls that work as printed, and leaves no process after SIGINT', async () => {
    const start = npmStart(['--data', data, '--reviews', '3k']);
    await start.isUp();

    expect(start.output).toContain('seeding 3,000 reviews');
    const shop = /^ {2}demo shop {6}(\S+)$/m.exec(start.output)![1]!;
    expect(await (await fetch(shop)).text()).toContain('This is a demo.');
    expect(await (await fetch(`${shop}shop/29`)).text()).toMatch(/class="starling-review"/);
    expect(start.output).toMatch(/about 3,000 in [3-4] segments/);
    const calls = start.output.split('\n').filter((line) => line.startsWith('  curl '));
    expect(calls).toHaveLength(3);
    const answers = await Promise.all(calls.map(run));
    expect((answers[0] as { reviews: unknown[] }).reviews).toHaveLength(3);
    expect((answers[1] as { count: number }).count).toBeGreaterThanOrEqual(20);
    expect((answers[2] as { title: string }).title).toBe('Lovely');

    const processes = runningOn(data);
    expect(processes.map(({ name }) => name).sort()).toEqual(['instance-1', 'instance-2', 'nginx']);
    expect(await start.end('SIGINT')).toBe(0);
    expect(processes.filter(isAlive)).toEqual([]);
    expect(postgresIsRunningOn(data)).toBe(false);
  });

  it('uses its data again, and refuses a second start on it', async () => {
    const start = npmStart(['--data', data]);
    await start.isUp();
    expect(start.output).not.toContain('seeding');
    expect(start.output).toContain('about 3,000');

    const second = npmStart(['--data', data, '--port', `${port + 200}`]);

    expect(await second.exitCode).not.toBe(0);
    expect(second.output.trim().split('\n')).toEqual([
      expect.stringMatching(/^starling: Starling is already running on .* \(pid \d+, http:/),
    ]);
    expect(await start.end('SIGTERM')).toBe(0);
  });

  it('restarts an instance that was killed', async () => {
    const start = npmStart(['--data', data]);
    await start.isUp();
    const victim = runningOn(data).find(({ name }) => name === 'instance-2')!;

    process.kill(victim.pid, 'SIGKILL');

    await until('another instance-2 runs', () =>
      runningOn(data).some(({ name, pid }) => name === 'instance-2' && pid !== victim.pid),
    );
    await until('it answers', () => answers(`http://127.0.0.1:${port + 2}/readyz`));
  });

  it('ends only the processes of an earlier start that was killed with its watchdog by kill -9', async () => {
    const killed = npmStart(['--data', data]);
    await killed.isUp();
    const left = runningOn(data);
    process.kill(watchdogOf(data), 'SIGKILL');
    killed.process.kill('SIGKILL');
    await killed.exitCode;
    expect(left.every(isAlive)).toBe(true);
    const bystander = spawn('sleep', ['60']);
    addToRecord(data, { name: 'instance-9', pid: bystander.pid!, birth: 'of another process' });

    const next = npmStart(['--data', data]);
    await next.isUp();

    expect(left.filter(isAlive)).toEqual([]);
    expect(bystander.exitCode).toBeNull();
    bystander.kill();
  });

  it('continues an interrupted first seeding, and does not count half of it as the whole', async () => {
    const folder = path.join(data, 'interrupted');
    const first = npmStart(['--data', folder, '--reviews', '60k']);
    // The seeder's first line. Its progress lines come seconds apart, and a fast machine may be
    // done by then.
    await until(
      'it seeds',
      () => /60,000 reviews of [\d,]+ products/.test(first.output),
      START_TIMEOUT_MS,
    );
    first.process.kill('SIGKILL');
    await first.exitCode;

    const next = npmStart(['--data', folder, '--reviews', '10k']);
    await next.isUp();

    expect(next.output).toContain('continuing the interrupted seeding of 60,000 reviews');
    expect(next.output).toMatch(/about 60,0\d\d in/);
  });

  describe('fails with one line and leaves no process', () => {
    it('when a port is in use', async () => {
      const other = createServer().listen(port + 1, '127.0.0.1');

      const start = npmStart(['--data', data]);

      expect(await start.exitCode).toBe(1);
      expect(start.output).toBe(
        `starling: Port ${port + 1}, for instance 1, is taken; choose other ports with --port\n`,
      );
      expect(postgresIsRunningOn(data)).toBe(false);
      await new Promise((resolve) => other.close(resolve));
    });

    it('when the server of DATABASE_URL cannot be reached', async () => {
      const [nobody] = await freePorts(1);

      const start = npmStart(['--data', data], {
        DATABASE_URL: `postgres://me:hunter2@127.0.0.1:${nobody}/x`,
      });

      expect(await start.exitCode).toBe(1);
      expect(start.output).toBe(
        `starling: DATABASE_URL: the server at 127.0.0.1:${nobody} cannot be used: connect ECONNREFUSED 127.0.0.1:${nobody}\n`,
      );
    });

    it('when the data folder is damaged', async () => {
      const broken = path.join(data, 'broken');
      mkdirSync(path.join(broken, 'postgres'), { recursive: true });
      writeFileSync(path.join(broken, 'postgres', 'PG_VERSION'), '18\n');

      const start = npmStart(['--data', broken]);

      expect(await start.exitCode).toBe(1);
      expect(start.output).toMatch(/^starling: PostgreSQL did not start in .*broken.*\n$/);
      expect(postgresIsRunningOn(broken)).toBe(false);
    });

    it('when it cannot create the data folder', async () => {
      writeFileSync(path.join(data, 'a-file'), '');

      const start = npmStart(['--data', path.join(data, 'a-file', 'folder')]);

      expect(await start.exitCode).toBe(1);
      expect(start.output).toMatch(/^starling: .*a-file\/folder.*\n$/);
    });

    it('when an option is invalid', async () => {
      const start = npmStart(['--reviews', 'ten']);

      expect(await start.exitCode).toBe(2);
      expect(start.output).toMatch(/^starling: option '--reviews <number>' .*\n$/);
    });
  });

  it('starts without seeding with --reviews 0, also after an interrupted seeding, and removes no data', async () => {
    const folder = path.join(data, 'empty');
    const seeding = npmStart(['--data', folder, '--reviews', '60k']);
    await until(
      'it seeds',
      () => /60,000 reviews of [\d,]+ products/.test(seeding.output),
      START_TIMEOUT_MS,
    );
    expect(await seeding.end('SIGINT')).toBe(0);

    const empty = npmStart(['--data', folder, '--reviews', '0']);
    await empty.isUp();
    expect(empty.output).toContain('removing what an interrupted seeding has loaded');
    expect(empty.output).toContain('about 0 in');
    const [list, , posted] = await Promise.all(
      empty.output
        .split('\n')
        .filter((line) => line.startsWith('  curl '))
        .map(run),
    );
    expect((list as { reviews: unknown[] }).reviews.length).toBeLessThanOrEqual(1);
    expect((posted as { title: string }).title).toBe('Lovely');
    expect(await empty.end()).toBe(0);

    const again = npmStart(['--data', folder, '--reviews', '0']);
    await again.isUp();
    expect(again.output).toContain('there are reviews already, and --reviews 0 removes none');
    expect(
      (await run(`curl http://127.0.0.1:${port}/v1/products/1/summary`)) as object,
    ).toMatchObject({
      count: 1,
    });
  });

  it('uses the server of DATABASE_URL, and seeds it only on request', async () => {
    const embedded = npmStart(['--data', data]);
    await embedded.isUp();
    const { databaseUrl } = JSON.parse(readFileSync(path.join(data, 'running.json'), 'utf8'));
    const other = path.join(data, 'other');

    const start = npmStart(['--data', other, '--port', `${port + 200}`, '--reviews', '5k'], {
      DATABASE_URL: databaseUrl,
    });
    await start.isUp();

    expect(start.output).toContain('there are reviews already, so --reviews does nothing');
    expect(start.output).toContain('about 3,000');
    expect(start.output).not.toContain(new URL(databaseUrl).password);
    expect(postgresIsRunningOn(other)).toBe(false);
    await start.end();

    const own = new Client({ connectionString: databaseUrl });
    await own.connect();
    await own.query('CREATE DATABASE own');
    await own.end();
    const ownUrl = Object.assign(new URL(databaseUrl), { pathname: '/own' }).href;
    const unasked = npmStart(['--data', other, '--port', `${port + 200}`], {
      DATABASE_URL: ownUrl,
    });
    await unasked.isUp();
    expect(unasked.output).toContain('holds no reviews; --reviews 200k generates some');
    expect(unasked.output).toContain('about 0 in');
  });
});

/**
 * Runs the compiled script on the Node of the tests, without scripts/setup.mjs, which would build
 * again each time.
 */
class Start {
  output = '';
  readonly process;
  readonly exitCode: Promise<number | null>;

  constructor(args: string[], environment: NodeJS.ProcessEnv) {
    const script = path.join(packageRoot, 'dist', 'scripts', 'local', 'start.js');
    const { DATABASE_URL: _ours, ...inherited } = process.env;
    this.process = spawn(process.execPath, [script, ...args], {
      env: { ...inherited, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.exitCode = new Promise((resolve) => this.process.once('close', resolve));
  }

  async isUp(): Promise<void> {
    let ended = false;
    void this.exitCode.then(() => {
      ended = true;
    });
    const settled = () => ended || this.output.includes('Ctrl-C stops everything.');
    await until('npm start is up', settled, START_TIMEOUT_MS);
    if (ended) throw new Error(`npm start ended: ${this.output}`);
  }

  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.process.kill(signal);
    return this.exitCode;
  }
}

interface Named extends ProcessIdentity {
  name: string;
}

function runningOn(folder: string): Named[] {
  const { processes } = JSON.parse(readFileSync(path.join(folder, 'running.json'), 'utf8'));
  return processes as Named[];
}

function watchdogOf(folder: string): number {
  return JSON.parse(readFileSync(path.join(folder, 'running.json'), 'utf8')).watchdog.pid;
}

function addToRecord(folder: string, process: Named): void {
  const file = path.join(folder, 'running.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  record.processes.push(process);
  writeFileSync(file, JSON.stringify(record));
}

function postgresIsRunningOn(folder: string): boolean {
  try {
    const pid = Number(
      readFileSync(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    return process.kill(pid, 0);
  } catch {
    return false; // no such file: it ended in order; no such process: it was killed
  }
}

/** The request that a printed line makes, as the shell and curl read it. */
async function run(call: string): Promise<unknown> {
  const words = [...call.trim().matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain!,
  );
  const url = words.find((word) => word.startsWith('http://'))!;
  const after = (option: string) => words[words.indexOf(option) + 1]!;
  if (!words.includes('-d')) return (await fetch(url)).json();
  const [name, value] = after('-H').split(': ') as [string, string];
  const response = await fetch(url, {
    method: after('-X'),
    headers: { [name]: value },
    body: after('-d'),
  });
  return response.json();
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

/**
 * A start needs consecutive ports. A second start fits 200 above the first. These ports are above
 * those of `freePorts`, which other tests use, and below those of the system's outgoing connections.
 */
async function portWithRoomAbove(): Promise<number> {
  const row = [0, 1, 2, 3, 4, 5, 6, 100, 101];
  for (;;) {
    const port = 30_000 + Math.floor(Math.random() * 2_400);
    const wanted = [...row, ...row.map((offset) => offset + 200)].map((offset) => ({
      port: port + offset,
      for: 'a start',
    }));
    const areFree = await requireFreePorts(wanted).then(
      () => true,
      () => false,
    );
    if (areFree) return port;
  }
}
