import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { freePorts } from '../../scripts/local/free-ports';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { failureLine } from './failure-line';
import { UserError } from './user-error';

/** Real failures of the system and of PostgreSQL, as the commands meet them. */
describe('the one line of a failed command', () => {
  let folder: string;
  let file: string;
  let database: TestDatabase;

  beforeAll(async () => {
    folder = temporaryFolder('failures');
    file = path.join(folder, 'file');
    writeFileSync(file, '');
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function lineOf(work: () => unknown): Promise<string> {
    try {
      await work();
    } catch (error) {
      return failureLine(error);
    }
    throw new Error('It did not fail');
  }

  async function query(url: string, statement: string): Promise<void> {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.query(statement);
    } finally {
      await client.end();
    }
  }

  it('names the path that is missing, a file, a folder, or on a full disk', async () => {
    const missing = path.join(folder, 'missing');
    expect(await lineOf(() => readFileSync(missing))).toBe(`${missing} does not exist`);
    expect(await lineOf(() => readFileSync(path.join(file, 'x')))).toBe(
      `${file}/x: a part of this path is a file, not a folder`,
    );
    expect(await lineOf(() => readFileSync(folder))).toBe('the path is a folder; give a file');
    expect(await lineOf(() => mkdirSync(file, { recursive: true }))).toBe(
      `${file} is a file; give a folder`,
    );
    expect(await lineOf(() => writeFileSync('/dev/full', 'x'))).toBe(
      'the disk is full; make room and try again',
    );
  });

  it('says what is wrong with the database', async () => {
    const [nobody] = await freePorts(1);
    const to = (change: Partial<URL>) => Object.assign(new URL(database.url), change).href;
    expect(await lineOf(() => query(to({ port: `${nobody}` }), 'SELECT 1'))).toBe(
      `nothing listens at 127.0.0.1:${nobody}; is PostgreSQL running there?`,
    );
    expect(
      await lineOf(() => query(to({ hostname: 'localhost', port: `${nobody}` }), 'SELECT 1')),
    ).toMatch(/^nothing listens at \S+; is PostgreSQL running there\?$/);
    expect(await lineOf(() => query(to({ password: 'wrong' }), 'SELECT 1'))).toMatch(
      /^the database rejects this user or password .*; check DATABASE_URL$/,
    );
    expect(await lineOf(() => query(to({ pathname: '/none' }), 'SELECT 1'))).toMatch(
      /^the server has no such database .*; create it, or check DATABASE_URL$/,
    );
    expect(await lineOf(() => query(database.url, 'SELECT FROM nothing'))).toMatch(
      /^the database lacks the tables of this version of Starling \(relation "nothing" does not exist\)/,
    );
    expect(
      await lineOf(() => query(database.url, 'BEGIN READ ONLY; CREATE TABLE t (); COMMIT')),
    ).toMatch(/^the database is read-only/);
  });

  it('repeats the line of a UserError, and prints a stack only for a bug in Starling', () => {
    expect(failureLine(new UserError('--reviews must be a number'))).toBe(
      '--reviews must be a number',
    );
    expect(failureLine(new Error('the server is too old'))).toBe('the server is too old');
    expect(failureLine(new TypeError('x is undefined'))).toMatch(/^a bug in Starling.*\n +at /s);
  });
});
