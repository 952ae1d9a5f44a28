import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../scripts/local/embedded-postgres';
import { freePorts } from '../../scripts/local/free-ports';
import { migrate } from '../../src/platform/db/migrate';
import { obtainPrograms } from './programs';

/** A server for one test run. Durability is off, because the data ends with the run. */
const SETTINGS = `
max_connections = 200
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 4GB
jit = off
`;

declare global {
  var starlingTestServer: { postgres: EmbeddedPostgres; folder: string } | undefined;
}

/**
 * Starts one PostgreSQL for all test files, with a migrated template database that each file
 * clones.
 */
export default async function globalSetup(): Promise<void> {
  obtainPrograms((line) => process.stderr.write(`starling: ${line}\n`));
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-test-'));
  chmodSync(folder, 0o755);
  const [port] = (await freePorts(1)) as [number];
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'data'),
    port,
    settings: SETTINGS,
    logFile: path.join(folder, 'postgres.log'),
  });
  globalThis.starlingTestServer = { postgres, folder };
  process.env.STARLING_TEST_SERVER = postgres.url();
  await makeTemplate(postgres);
}

async function makeTemplate(postgres: EmbeddedPostgres): Promise<void> {
  const client = new Client({ connectionString: postgres.url() });
  await client.connect();
  await client.query('CREATE DATABASE starling_template');
  await client.end();
  await migrate(postgres.url('starling_template'));
}
