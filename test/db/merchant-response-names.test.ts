import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { packageRoot } from '../../src/platform/package-root';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { temporaryFolder } from '../support/temporary-folder';

describe('the migrations 0045 and 0046 on a database of version 0.2.0', () => {
  let database: TestDatabase;
  let folder: string;
  let sql: Client;
  let lastVersion: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = temporaryFolder('migrations');
    [sql, lastVersion] = [await connect(), await connect()];
    await sql.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await migrate(database.url, migrationsUntil('0044'));
    await insertAction('reply');
    // A transaction of an instance of the last version that has written a review and goes on.
    await lastVersion.query('BEGIN');
    await insertReview('a@example.com');
    await lastVersion.query('SELECT count(*) FROM reviews');
  });
  afterAll(async () => {
    await Promise.all([sql.end(), lastVersion.end()]);
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  it('do not wait for transactions that read and write reviews', async () => {
    await expect(migrate(database.url, migrationsUntil('0046'))).resolves.toEqual([
      '0045-merchant-response-names.sql',
      '0046-validate-audit-actions.sql',
    ]);
    await lastVersion.query('COMMIT');
  });

  it('let instances of both versions write the audit, and show one name', async () => {
    for (const action of ['withdraw_reply', 'respond', 'withdraw_response'])
      await insertAction(action);
    const { rows } = await sql.query(
      'SELECT audit_action(action) AS action FROM moderation_actions ORDER BY action_id',
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'respond',
      'withdraw_response',
      'respond',
      'withdraw_response',
    ]);
  });

  it('leave the actions checked, those from before too', async () => {
    await expect(insertAction('answer')).rejects.toMatchObject({
      constraint: 'moderation_actions_action_check',
    });
    const { rows } = await sql.query(
      `SELECT convalidated FROM pg_constraint WHERE conname = 'moderation_actions_action_check'`,
    );
    expect(rows).toEqual([{ convalidated: true }]);
  });

  it('give the unique key on authors the name that its segments use', async () => {
    await expect(insertReview('a@example.com')).rejects.toMatchObject({
      constraint: 'reviews_segment_0001_author_email_product_id_key',
    });
    const { rows } = await sql.query(
      `SELECT conname FROM pg_constraint WHERE conrelid = 'reviews'::regclass AND contype = 'u'`,
    );
    expect(rows).toEqual([{ conname: 'reviews_author_email_product_id_key' }]);
  });

  async function connect(): Promise<Client> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    return client;
  }

  /** A folder with the migrations up to this number. */
  function migrationsUntil(last: string): string {
    const target = path.join(folder, last);
    mkdirSync(target);
    for (const name of globSync('*.sql', { cwd: path.join(packageRoot, 'migrations') }))
      if (name.slice(0, 4) <= last)
        cpSync(path.join(packageRoot, 'migrations', name), path.join(target, name));
    return target;
  }

  function insertAction(action: string) {
    return sql.query(
      `INSERT INTO moderation_actions (product_id, review_id, action, state_before, client_id)
       VALUES ('p', 1, $1, 'approved', 'client-1')`,
      [action],
    );
  }

  function insertReview(authorEmail: string) {
    return lastVersion.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
       VALUES ('p', now(), 'approved', 5, $1, '{}')`,
      [authorEmail],
    );
  }
});
