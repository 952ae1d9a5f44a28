import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';

/** Every npm script that hands its arguments to a compiled command, with the file of that command. */
function commandsOf(scripts: Record<string, string>): [name: string, file: string][] {
  return Object.entries(scripts).flatMap(([name, line]): [string, string][] => {
    const file = /^exec node scripts\/setup\.mjs ((?:scripts|bench)\/\S+)$/.exec(line)?.[1];
    return file ? [[name === 'start' ? 'npm start' : `npm run ${name}`, file]] : [];
  });
}

const { scripts } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
const COMMANDS = commandsOf(scripts);

/** Nothing listens at this server: a command that went to work would say so. */
function run(file: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(packageRoot, 'dist', `${file}.js`), ...args],
    { encoding: 'utf8', env: { ...process.env, DATABASE_URL: 'postgres://x@127.0.0.1:1/x' } },
  );
  return { code: status, stdout, stderr };
}

it('knows every command', () => {
  expect(COMMANDS.map(([name]) => name)).toEqual(
    expect.arrayContaining(['npm start', 'npm run seed', 'npm run backup', 'npm run bench']),
  );
});

describe.each(COMMANDS)('%s', (name, file) => {
  it('prints its help with examples to standard output and exits with 0', () => {
    const { code, stdout, stderr } = run(file, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: ${name} -- .*\\n`));
    expect(stdout).toContain('\nExamples:\n  ');
  });

  it('refuses an unknown option in one line that points to the help, and exits with 2', () => {
    expect(run(file, '--bogus')).toEqual({
      code: 2,
      stdout: '',
      stderr: `starling: unknown option '--bogus' (${name} -- --help)\n`,
    });
  });
});

describe('npm run load-test', () => {
  const runScript = (...args: string[]) => {
    const script = path.join(packageRoot, 'k6', 'run.sh');
    const { status, stdout, stderr } = spawnSync('sh', [script, ...args], { encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };

  it('prints its help with examples to standard output, also where k6 is missing', () => {
    expect(runScript('--help')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Usage: npm run load-test -- .*\nExamples:\n {2}/s),
      stderr: '',
    });
  });

  it.each([
    [['--bogus'], "unknown option '--bogus'"],
    [['http://127.0.0.1:1', 'smoke', 'nothing'], "there is no script 'nothing': smoke, load,"],
  ])('refuses %j before it runs anything', (args, line) => {
    const { code, stdout, stderr } = runScript(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^starling: .*\(npm run load-test -- --help\)\n$/);
    expect(stderr).toContain(line);
  });
});
