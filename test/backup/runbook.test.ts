import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { packageRoot } from '../../src/platform/package-root';
import { createTestDatabase, type TestDatabase } from '../support/database';

const read = (...file: string[]) => readFileSync(path.join(packageRoot, ...file), 'utf8');
const runbook = read('docs', 'runbook.md');

describe('docs/runbook.md', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  const statements = [...runbook.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, sql]) => sql!);

  it.each(statements)('says what PostgreSQL understands: %s', async (statement) => {
    await client.query(statement);
  });

  it('puts a wrong summary right', async () => {
    await client.query(`
      INSERT INTO reviews (review_id, product_id, created_at, state, rating, verified, photo_count, author_email, payload)
      VALUES (1, '42', now(), 'approved', 5, false, 0, 'ada@example.com', '{}'), (2, '42', now(), 'approved', 4, false, 0, 'bob@example.com', '{}');
      INSERT INTO product_summaries (product_id, version, rating_1) VALUES ('42', 7, 9)`);
    const [find] = statements.filter((sql) => sql.includes('EXCEPT')) as [string];
    const [mend] = statements.filter((sql) => sql.includes('FOR UPDATE')) as [string];
    expect((await client.query(find)).rows).toHaveLength(1);

    await client.query(mend);

    expect((await client.query(find)).rows).toEqual([]);
    const { rows } = await client.query(
      'SELECT version, rating_1, rating_5 FROM product_summaries',
    );
    expect(rows).toEqual([{ version: '8', rating_1: 0, rating_5: 1 }]);
  });

  it('names metrics and widgets that there are', () => {
    const metrics = read('docs', 'metrics.md');
    const dashboard =
      read('terraform', 'new-relic', 'dashboard.tf') + read('terraform', 'new-relic', 'alerts.tf');
    const named = new Set(runbook.match(/starling_[a-z_]+[a-z]/g));
    const quoted = [...runbook.matchAll(/“(?!Quoted)([^”]+)”/g)].map(([, title]) => title!);

    expect(named.size).toBeGreaterThan(8);
    expect([...named].filter((name) => !metrics.includes(name))).toEqual([]);
    expect(quoted.length).toBeGreaterThan(15);
    expect(quoted.filter((title) => !dashboard.includes(`title = "${title}`))).toEqual([]);
  });
});
