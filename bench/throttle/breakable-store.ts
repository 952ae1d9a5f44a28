import { Client } from 'pg';
import type { ValkeyServer } from './valkey-server';

/** Where rate-limiter-flexible counts; the columns are its own. */
export const PEER_TABLE = 'peer_limits';

export async function createPeerTable(databaseUrl: string): Promise<void> {
  const sql = new Client({ connectionString: databaseUrl });
  await sql.connect();
  await sql.query(
    `CREATE TABLE ${PEER_TABLE} (key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`,
  );
  await sql.end();
}

/** What limiters hear of each other through, and a way to take it from them. */
export interface BreakableStore {
  /** What happens to it. */
  fate: string;
  takeAway(): Promise<void>;
  giveBack(): Promise<void>;
  /** Nobody gives it back: the limiters make it again. */
  remade?: true;
  close(): Promise<void>;
}

/** Every reader of the table waits until the lock ends. */
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
