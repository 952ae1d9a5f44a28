import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { freePorts } from './free-ports';

/** What a version before this one wrote. */
const TRUST = 'local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all ::1/128 trust\n';

describe('the embedded PostgreSQL', () => {
  let folder: string;
  let dataDir: string;
  let passwordFile: string;
  let server: EmbeddedPostgres | undefined;

  beforeEach(() => {
    folder = temporaryFolder('access');
    dataDir = path.join(folder, 'data');
    passwordFile = path.join(dataDir, 'starling.pgpass');
  });
  afterEach(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<EmbeddedPostgres> {
    const [port] = (await freePorts(1)) as [number];
    server = await startEmbeddedPostgres({
      dataDir,
      port,
      settings: 'shared_buffers = 16MB\nfsync = off\n',
      logFile: path.join(folder, 'postgres.log'),
    });
    return server;
  }

  async function ask(url: string, statement = 'SELECT 1 AS answer'): Promise<unknown> {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return (await client.query(statement)).rows[0]?.answer;
    } finally {
      await client.end();
    }
  }

  const withPassword = (url: string, password: string) => {
    const changed = new URL(url);
    changed.password = password;
    return changed.href;
  };

  it('lets nobody in without the password, which only the owner of its files can read', async () => {
    const { url } = await start();

    expect(await ask(url())).toBe(1);
    await expect(ask(withPassword(url(), ''))).rejects.toThrow(/password/);
    await expect(ask(withPassword(url(), 'guess'))).rejects.toThrow(
      'password authentication failed',
    );
    const { mode, uid } = statSync(passwordFile);
    expect(mode & 0o777).toBe(0o600);
    expect(uid).toBe(statSync(dataDir).uid);
    expect(statSync(dataDir).mode & 0o077).toBe(0);
  });

  it('keeps the password from one start to the next, and writes it into no log', async () => {
    const first = await start();
    await first.stop();
    const second = await start();

    const { password } = new URL(second.url());
    expect(password).toBe(new URL(first.url()).password);
    expect(readFileSync(path.join(folder, 'postgres.log'), 'utf8')).not.toContain(password);
  });

  it('gives data of a version that trusted everybody a password at the next start, and keeps the data', async () => {
    const old = await start();
    await ask(old.url(), 'CREATE TABLE kept AS SELECT 42 AS answer');
    await ask(old.url(), 'ALTER ROLE starling PASSWORD NULL');
    await old.stop();
    writeFileSync(path.join(dataDir, 'pg_hba.conf'), TRUST);
    rmSync(passwordFile);

    const { url } = await start();

    expect(await ask(url(), 'SELECT answer FROM kept')).toBe(42);
    await expect(ask(withPassword(url(), ''))).rejects.toThrow(/password/);
  });
});
