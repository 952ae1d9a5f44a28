import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../scripts/local/embedded-postgres';
import { freePorts } from '../../scripts/local/free-ports';
import { renderPostgresSettings } from '../../scripts/local/postgres-settings';
import { migrate } from '../../src/platform/db/migrate';
import { temporaryFolder } from '../support/temporary-folder';

/** With the settings of `npm start` and docker-compose.yml: postgres/settings.sh. */
describe("PostgreSQL's own log", () => {
  const folder = temporaryFolder('server-log');
  const logFile = path.join(folder, 'postgres.log');
  let server: EmbeddedPostgres;
  let client: Client;

  beforeAll(async () => {
    const [port] = (await freePorts(1)) as [number];
    const dataDir = path.join(folder, 'data');
    server = await startEmbeddedPostgres({
      dataDir,
      port,
      settings: renderPostgresSettings({ dataDir, memoryMb: 512, walArchive: '' }),
      logFile,
    });
    await migrate(server.url());
    client = new Client({ connectionString: server.url() });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const columns = 'product_id, created_at, state, rating, author_email, payload';
  const insert = `INSERT INTO reviews (${columns}) VALUES ($1, now(), 'approved', $2, $3, $4)`;

  it('names a violated constraint without the data of the row', async () => {
    const review = ['42', 5, 'canary@example.com', '{"body":"canary"}'];
    await client.query(insert, review);
    await expect(client.query(insert, review)).rejects.toMatchObject({
      code: '23505',
      detail: expect.stringContaining('canary'), // the server sends it
    });
    await expect(client.query(insert, ['42', 6, 'canary@example.com', '{}'])).rejects.toMatchObject(
      {
        code: '23514',
        detail: expect.stringContaining('canary'),
      },
    );

    const log = readFileSync(logFile, 'utf8');
    expect(log).toContain('duplicate key value violates unique constraint');
    expect(log).toContain('violates check constraint');
    expect(log).not.toContain('canary');
  });

  it('does not contain a failed statement with the values in it', async () => {
    const literals = `VALUES ('42', now(), 'approved', 6, 'canary@example.com', '{}')`;
    await expect(
      client.query(`INSERT INTO reviews (${columns}) ${literals}`),
    ).rejects.toMatchObject({
      code: '23514',
    });
    await expect(
      client.query(`DO $$ BEGIN PERFORM 1 / (length('canary@example.com') - 18); END $$`),
    ).rejects.toMatchObject({ code: '22012', where: expect.stringContaining('canary') });

    const log = readFileSync(logFile, 'utf8');
    expect(log).toContain('division by zero');
    expect(log).not.toContain('canary');
  });
});
