import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { temporaryFolder } from '../support/temporary-folder';

interface Said {
  code: number;
  out: string;
  error: string;
}

describe('npm run rules', () => {
  let database: TestDatabase;
  let databaseUrl: string;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    databaseUrl = database.url;
    folder = temporaryFolder('rules');
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  });

  function rules(...args: string[]): Promise<Said> {
    const script = path.join(packageRoot, 'dist', 'scripts', 'rules', 'main.js');
    const env = { ...process.env, DATABASE_URL: databaseUrl };
    return new Promise((resolve) => {
      execFile(process.execPath, [script, ...args], { env }, (failure, out, error) =>
        resolve({ code: Number(failure?.code ?? 0), out, error }),
      );
    });
  }

  function fileOf(content: object): string {
    const file = path.join(folder, `${Math.random()}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  const rulesOf = (quota: number, more: object = {}) => ({
    policies: [
      { name: 'second', applies_to: 'read', who: 'address', quota, window_seconds: 1, ...more },
    ],
  });

  it('shows the defaults, publishes an edited version, and rolls back to the version before', async () => {
    expect((await rules('show')).out).toContain('"read-second"');
    expect((await rules('publish', fileOf(rulesOf(7)))).error).toContain('Version 1 is published');
    await rules('publish', fileOf(rulesOf(8)));
    expect(JSON.parse((await rules('show')).out).policies[0].quota).toBe(8);

    expect((await rules('rollback')).error).toContain('Version 3 is published');
    expect(JSON.parse((await rules('show')).out).policies[0].quota).toBe(7);
    expect(JSON.parse((await rules('show', '2')).out).policies[0].quota).toBe(8);
    expect((await rules('versions')).out.trim().split('\n')).toHaveLength(3);
  });

  it('rolls the first version back to the defaults, and reports when nothing was published', async () => {
    expect(await rules('rollback')).toEqual({
      code: 1,
      out: '',
      error: 'starling: nothing has been published: the defaults are in force already\n',
    });
    const defaults = JSON.parse((await rules('show')).out);
    await rules('publish', fileOf(rulesOf(7)));

    expect((await rules('rollback')).error).toMatch(
      /^Going back to the defaults\.\nVersion 2 is published/,
    );
    expect(JSON.parse((await rules('show')).out)).toEqual(defaults);
    expect((await rules('rollback')).error).toContain('Going back to the rules of version 1.');
    expect((await rules('rollback', '9')).error).toBe('starling: there is no version 9\n');
  });

  it('names every mistake in a file with its place, in one line', async () => {
    const mistakes = { window_seconds: 0, quota: 1.5, applies_to: 'reads', shadow: 'no', limit: 3 };
    const file = fileOf(rulesOf(7, mistakes));
    expect((await rules('check', file)).error).toBe(
      `starling: ${file} is invalid: policies[0].applies_to must be "read" or "write"; ` +
        'policies[0].quota must be a whole number; policies[0].window_seconds must be at least 1; ' +
        'policies[0].shadow must be true or false; policies[0]: there is no "limit"\n',
    );
    const empty = fileOf({});
    expect((await rules('check', empty)).error).toBe(
      `starling: ${empty} is invalid: policies is missing\n`,
    );
    const list = fileOf([]);
    expect((await rules('check', list)).error).toBe(
      `starling: ${list} is invalid: the rules must be an object\n`,
    );
  });

  it('names the mistake in invalid rules, and publishes nothing', async () => {
    const refused = await rules('publish', fileOf(rulesOf(7, { window_seconds: 0 })));
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.error).toContain('window_seconds');
    expect((await rules('versions')).error).toContain('Nothing has been published');
  });

  it('names an invalid DATABASE_URL without its password', async () => {
    databaseUrl = 'db.example.com:hunter2';
    expect(await rules('show')).toEqual({
      code: 1,
      out: '',
      error:
        'starling: DATABASE_URL must be a URL like postgres://user:password@host:5432/database\n',
    });
  });

  it('names a file that is missing or not JSON', async () => {
    const says = async (file: string) => (await rules('publish', file)).error;
    expect(await says('/nowhere/rules.json')).toBe(
      'starling: /nowhere/rules.json does not exist\n',
    );
    expect(await says(__filename)).toMatch(/^starling: \S+ is not JSON: .*\n$/);
    expect(await says(folder)).toBe('starling: the path is a folder; give a file\n');
  });

  it('warns about a burst that several instances cannot keep', async () => {
    const { code, error } = await rules('check', fileOf(rulesOf(100, { burst: 10 })));
    expect(code).toBe(0);
    expect(error).toContain('below half a second of the quota');
  });

  it.each([[[]], [['publish']], [['show', 'x']], [['roll']], [['versions', '3']]])(
    'refuses %j and points to the help',
    async (args) => {
      const { code, error } = await rules(...args);
      expect(code).toBe(2);
      expect(error).toContain('npm run rules -- --help');
    },
  );
});
