import type { ClientBase, Pool } from 'pg';
import type { Scope } from '../platform/http/principal';

type Database = Pool | ClientBase;

/** A key that is not revoked, with the scopes of its client. */
export interface LiveKey {
  clientId: string;
  scopes: readonly Scope[];
  keyHash: Buffer;
}

export interface NewKey {
  keyId: string;
  hash: Buffer;
}

export interface ListedClient {
  clientId: string;
  scopes: readonly Scope[];
  createdAt: Date;
  /** Those not revoked, oldest first; times are ISO 8601. */
  liveKeys: { keyId: string; createdAt: string }[];
}

/** Looks up two primary keys. @returns null when there is no such key, or it is revoked */
export async function findLiveKey(db: Database, keyId: string): Promise<LiveKey | null> {
  const { rows } = await db.query<LiveKey>({
    name: 'find_live_key',
    text: `
      SELECT c.client_id AS "clientId", c.scopes, k.key_hash AS "keyHash"
      FROM api_keys AS k JOIN api_clients AS c ON c.client_id = k.client_id
      WHERE k.key_id = $1 AND k.revoked_at IS NULL`,
    values: [keyId],
  });
  return rows[0] ?? null;
}

/**
 * Inserts a client and its first key, both or neither.
 * @throws a unique violation when a client has this name already
 */
export async function insertClient(
  db: Database,
  clientId: string,
  scopes: readonly Scope[],
  key: NewKey,
): Promise<void> {
  await db.query(
    `WITH client AS (INSERT INTO api_clients (client_id, scopes) VALUES ($1, $2) RETURNING client_id)
     INSERT INTO api_keys (key_id, client_id, key_hash, place) SELECT $3, client_id, $4, 1 FROM client`,
    [clientId, scopes, key.keyId, key.hash],
  );
}

/**
 * Inserts another key in the client's free place; a client has two places.
 * @returns false when there is no such client or it has two live keys
 * @throws a unique violation when a concurrent call took the place
 */
export async function insertKey(db: Database, clientId: string, key: NewKey): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO api_keys (key_id, client_id, key_hash, place)
     SELECT $2, c.client_id, $3, places.place
     FROM api_clients AS c, (VALUES (1), (2)) AS places (place)
     WHERE c.client_id = $1 AND NOT EXISTS (
       SELECT FROM api_keys AS k
       WHERE k.client_id = c.client_id AND k.place = places.place AND k.revoked_at IS NULL)
     ORDER BY places.place
     LIMIT 1`,
    [clientId, key.keyId, key.hash],
  );
  return rowCount === 1;
}

/**
 * Revokes one live key of the client, or with null all.
 * @returns the ids of the keys that it revoked
 */
export async function revokeKeys(
  db: Database,
  clientId: string,
  keyId: string | null,
): Promise<string[]> {
  const { rows } = await db.query<{ key_id: string }>(
    `UPDATE api_keys SET revoked_at = now()
     WHERE client_id = $1 AND ($2::text IS NULL OR key_id = $2) AND revoked_at IS NULL
     RETURNING key_id`,
    [clientId, keyId],
  );
  return rows.map((row) => row.key_id);
}

export async function listClients(db: Database): Promise<ListedClient[]> {
  const { rows } = await db.query<ListedClient>(
    `SELECT c.client_id AS "clientId", c.scopes, c.created_at AS "createdAt",
            coalesce(jsonb_agg(jsonb_build_object('keyId', k.key_id, 'createdAt', k.created_at) ORDER BY k.created_at)
                     FILTER (WHERE k.key_id IS NOT NULL), '[]') AS "liveKeys"
     FROM api_clients AS c LEFT JOIN api_keys AS k ON k.client_id = c.client_id AND k.revoked_at IS NULL
     GROUP BY c.client_id
     ORDER BY c.client_id`,
  );
  return rows;
}
