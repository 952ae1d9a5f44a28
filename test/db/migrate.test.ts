import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('migrate', () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(path.join(tmpdir(), 'starling-migrations-'));
  });
  afterEach(() => database.drop());

  it('applies each file once when six instances start together', async () => {
    await writeFile(path.join(folder, '9001-a.sql'), 'CREATE TABLE a (n int); INSERT INTO a VALUES (1)');
    await writeFile(path.join(folder, '9002-b.sql'), 'UPDATE a SET n = n + 1');

    const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(database.url, folder)));

    expect(applied.flat()).toEqual(['9001-a.sql', '9002-b.sql']);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    expect((await client.query('SELECT n FROM a')).rows).toEqual([{ n: 2 }]);
    await client.end();
  });

  it('refuses a file that was changed after it was applied', async () => {
    await writeFile(path.join(folder, '9001-a.sql'), 'SELECT 1');
    await migrate(database.url, folder);
    await writeFile(path.join(folder, '9001-a.sql'), 'SELECT 2');

    await expect(migrate(database.url, folder)).rejects.toThrow(
      '9001-a.sql was changed after it was applied',
    );
  });

  it('leaves nothing of a file that fails, and names it', async () => {
    await writeFile(path.join(folder, '9001-a.sql'), 'CREATE TABLE half (n int); SELECT no_such_function()');

    await expect(migrate(database.url, folder)).rejects.toThrow('Migration 9001-a.sql failed');

    await writeFile(path.join(folder, '9001-a.sql'), 'CREATE TABLE half (n int)');
    await expect(migrate(database.url, folder)).resolves.toEqual(['9001-a.sql']);
  });
});
