import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../scripts/local/free-ports';
import { isAlive, type ProcessIdentity } from '../../scripts/local/process-identity';
import { packageRoot } from '../../src/platform/package-root';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { temporaryFolder } from '../support/temporary-folder';

/**
 * Starts it through npm, as a user does: npm, scripts/setup.mjs, the supervisor (start.ts) and its
 * processes.
 */
describeWith('nginx', 'npm start stops everything in order', () => {
  let data: string;
  let npm: ChildProcess;
  let output: string;
  let ended: Promise<number | null>;

  beforeAll(() => {
    data = temporaryFolder('stop');
  });
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  async function npmStart(): Promise<{ supervisor: number; all: ProcessIdentity[] }> {
    const [port] = (await freePorts(1)) as [number];
    const { DATABASE_URL: _ours, ...environment } = process.env;
    const options = ['--port', `${port}`, '--instances', '2', '--reviews', '0', '--data', data];
    // A process group of its own, as a terminal gives to a command.
    npm = spawn('npm', ['start', '--', ...options], {
      cwd: packageRoot,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    output = '';
    for (const stream of [npm.stdout!, npm.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    ended = new Promise((resolve) => npm.once('exit', (code) => resolve(code)));
    let over = false;
    void ended.then(() => {
      over = true;
    });
    await until(
      'npm start is up',
      () => over || output.includes('Ctrl-C stops everything.'),
      170_000,
    );
    if (over) throw new Error(`npm start ended: ${output}`);
    const { starter, watchdog, processes } = JSON.parse(readFileSync(record(), 'utf8'));
    return { supervisor: starter.pid, all: [starter, watchdog, ...processes] };
  }

  const record = () => path.join(data, 'running.json');
  const log = (name: string) => readFileSync(path.join(data, 'logs', name), 'utf8').trim();

  async function untilAllIsGone(all: ProcessIdentity[]): Promise<void> {
    await until('nothing runs', () => !all.some(isAlive));
    await until('the record is gone', () => !existsSync(record()));
    expect(existsSync(path.join(data, 'postgres', 'postmaster.pid'))).toBe(false);
    // In order: each instance had its database until its end, and PostgreSQL shut down cleanly.
    for (const name of ['instance-1.log', 'instance-2.log']) {
      const lines = log(name)
        .split('\n')
        .map((line) => JSON.parse(line) as { msg: string });
      expect(lines.map(({ msg }) => msg).slice(-2)).toEqual(['draining', 'stopped']);
    }
    expect(log('postgres.log').split('\n').at(-1)).toContain('database system is shut down');
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('with exit code 0 when npm gets %s', async (signal) => {
    const { all } = await npmStart();
    npm.kill(signal);
    expect(await ended).toBe(0);
    await untilAllIsGone(all);
  });

  it('with exit code 0 when the terminal sends SIGINT to the group, as Ctrl-C does', async () => {
    const { all } = await npmStart();
    process.kill(-npm.pid!, 'SIGINT');
    expect(await ended).toBe(0);
    expect(output).toContain('starling: stopped');
    await untilAllIsGone(all);
  });

  it.each(['SIGHUP', 'SIGKILL'] as const)('when npm alone gets %s', async (signal) => {
    const { all } = await npmStart();
    npm.kill(signal);
    await untilAllIsGone(all);
  });

  it('when scripts/setup.mjs is killed with -9', async () => {
    const { supervisor, all } = await npmStart();
    process.kill(parentOf(supervisor), 'SIGKILL');
    await untilAllIsGone(all);
  });

  it('when the supervisor is killed with -9, with an exit code other than 0', async () => {
    const { supervisor, all } = await npmStart();
    process.kill(supervisor, 'SIGKILL');
    expect(await ended).toBe(1);
    await untilAllIsGone(all);
  });

  it('when the whole group is killed with -9, and the next start waits for the end', async () => {
    const { all } = await npmStart();
    process.kill(-npm.pid!, 'SIGKILL');
    await ended;

    const next = await npmStart();

    expect(all.filter(isAlive)).toEqual([]);
    npm.kill('SIGTERM');
    expect(await ended).toBe(0);
    await untilAllIsGone(next.all);
  });
});

/** The third field after the name. The name is in brackets and may contain any character. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
