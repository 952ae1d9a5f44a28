import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { requireServerVersion } from '../../src/platform/db/server-version';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('migrate', () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(path.join(tmpdir(), 'starling-migrations-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    await database.drop();
  });

  it('applies each file once when six instances start together', async () => {
    await writeFile(
      path.join(folder, '9001-a.sql'),
      'CREATE TABLE a (n int); INSERT INTO a VALUES (1)',
    );
    await writeFile(path.join(folder, '9002-b.sql'), 'UPDATE a SET n = n + 1');

    const applied = await Promise.all(
      Array.from({ length: 6 }, () => migrate(database.url, folder)),
    );

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

  it('rolls back a file that fails, and names it', async () => {
    await writeFile(
      path.join(folder, '9001-a.sql'),
      'CREATE TABLE half (n int); SELECT no_such_function()',
    );

    await expect(migrate(database.url, folder)).rejects.toThrow('Migration 9001-a.sql failed');

    await writeFile(path.join(folder, '9001-a.sql'), 'CREATE TABLE half (n int)');
    await expect(migrate(database.url, folder)).resolves.toEqual(['9001-a.sql']);
  });

  it('stops waiting for a table lock after 5 s, so that readers behind it go on', async () => {
    await writeFile(path.join(folder, '9001-a.sql'), 'CREATE TABLE busy (n int)');
    await migrate(database.url, folder);
    const reader = new Client({ connectionString: database.url });
    await reader.connect();
    await reader.query('BEGIN; SELECT FROM busy');
    await writeFile(path.join(folder, '9002-b.sql'), 'ALTER TABLE busy ADD COLUMN m int');

    await expect(migrate(database.url, folder)).rejects.toThrow(
      'Migration 9002-b.sql failed: canceling statement due to lock timeout',
    );

    await reader.query('COMMIT');
    await reader.end();
    await expect(migrate(database.url, folder)).resolves.toEqual(['9002-b.sql']);
  });

  it('refuses a server of an older version, in one line', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();

    await expect(requireServerVersion(client)).resolves.toBeUndefined();
    await expect(requireServerVersion(client, 99)).rejects.toThrow(
      /^The database is PostgreSQL 18\.\S+; expected 99 or newer$/,
    );
    await client.end();
  });
});
