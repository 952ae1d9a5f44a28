import { Client } from 'pg';
import type { ValkeyServer } from './valkey-server';

/** The table of rate-limiter-flexible; the library defines its columns. */
export const PEER_TABLE = 'peer_limits';

export async function createPeerTable(databaseUrl: string): Promise<void> {
  const sql = new Client({ connectionString: databaseUrl });
  await sql.connect();
  await sql.query(
    `CREATE TABLE ${PEER_TABLE} (key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`,
  );
  await sql.end();
}

/** The store through which limiters exchange their counts, with a way to break it. */
export interface BreakableStore {
  /** How it breaks, for the report. */
  fate: string;
  takeAway(): Promise<void>;
  giveBack(): Promise<void>;
  /** The limiters create the store again themselves. */
  remade?: true;
  close(): Promise<void>;
}

/** A table that can be locked: readers wait until the lock is released. */
export async function lockableTable(databaseUrl: string, table: string): Promise<BreakableStore> {
  const sql = new Client({ connectionString: databaseUrl });
  await sql.connect();
  return {
    fate: 'PostgreSQL, its table locked',
    takeAway: async () => void (await sql.query(`BEGIN; LOCK TABLE ${table}`)),
    giveBack: async () => void (await sql.query('ROLLBACK')),
    close: () => sql.end(),
  };
}

export async function droppableTable(databaseUrl: string, table: string): Promise<BreakableStore> {
  const sql = new Client({ connectionString: databaseUrl });
  await sql.connect();
  return {
    fate: 'PostgreSQL, its table dropped',
    takeAway: async () => void (await sql.query(`DROP TABLE ${table}`)),
    giveBack: async () => {},
    remade: true,
    close: () => sql.end(),
  };
}

export function killableValkey(valkey: ValkeyServer): BreakableStore {
  return {
    fate: 'Valkey, killed',
    takeAway: valkey.kill,
    giveBack: valkey.start,
    close: async () => {},
  };
}
