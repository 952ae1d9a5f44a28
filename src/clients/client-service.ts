import { timingSafeEqual } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import { isUniqueViolation } from '../platform/db/pg-errors';
import type { Principal, Scope } from '../platform/http/principal';
import type { CacheStats } from '../platform/telemetry/cache-metrics';
import { createClientCache } from './client-cache';
import type { ClientKeys } from './client-key';
import {
  findLiveKey,
  insertClient,
  insertKey,
  type ListedClient,
  type LiveKey,
  listClients,
  revokeKeys,
} from './client-repository';

export interface ClientAuthenticator {
  /**
   * The client of this key; null: there is no such key, or it is revoked. A revoked key may still
   * work for 2 s. Returns a promise only when it must ask the database; the promise rejects when
   * that fails.
   */
  authenticate(key: string): Principal | null | Promise<Principal | null>;
  readonly cacheStats: CacheStats;
}

export interface ClientAuthenticatorDeps {
  reads: Pool;
  keys: ClientKeys;
  /** Monotonic milliseconds. */
  now(): number;
}

export function createClientAuthenticator({
  reads,
  keys,
  now,
}: ClientAuthenticatorDeps): ClientAuthenticator {
  const cache = createClientCache({ lookUp: (keyId) => findLiveKey(reads, keyId), now });

  function authenticate(key: string) {
    const given = keys.read(key);
    if (!given) return null;
    const live = cache.find(given.keyId);
    return live instanceof Promise
      ? live.then((found) => toPrincipal(found, given.hash))
      : toPrincipal(live, given.hash);
  }

  return { authenticate, cacheStats: cache.stats };
}

function toPrincipal(live: LiveKey | null, givenHash: Buffer): Principal | null {
  if (!live || !timingSafeEqual(live.keyHash, givenHash)) return null;
  return { clientId: live.clientId, scopes: new Set(live.scopes) };
}

/** A command that cannot be done. Its message is complete: the command prints nothing else. */
class ClientRefusal extends Error {
  override readonly name = 'ClientRefusal';
}

/** The actions of `npm run client`. A key is returned as text once; only its hash is stored. */
export interface ClientRegister {
  /** @returns the client's first key @throws ClientRefusal when the name is taken */
  createClient(clientId: string, scopes: readonly Scope[]): Promise<string>;
  /**
   * @returns another key; the one in use stays live
   * @throws ClientRefusal when there is no such client, or it has two live keys
   */
  rotateKey(clientId: string): Promise<string>;
  /**
   * @param keyId null: revoke all keys of the client
   * @returns the ids of the revoked keys
   * @throws ClientRefusal when the client has no such live key
   */
  revoke(clientId: string, keyId: string | null): Promise<string[]>;
  list(): Promise<ListedClient[]>;
}

export function createClientRegister(writes: Pool | ClientBase, keys: ClientKeys): ClientRegister {
  async function createClient(clientId: string, scopes: readonly Scope[]): Promise<string> {
    const key = keys.make();
    try {
      await insertClient(writes, clientId, scopes, key);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ClientRefusal(`The client ${clientId} exists already; rotate gives it another key`);
    }
    return key.text;
  }

  async function rotateKey(clientId: string): Promise<string> {
    const key = keys.make();
    // Two concurrent calls may choose the same place. The second then tries the other place.
    const inserted = await insertKey(writes, clientId, key).catch((error: unknown) => {
      if (isUniqueViolation(error)) return insertKey(writes, clientId, key);
      throw error;
    });
    if (!inserted)
      throw new ClientRefusal(
        `There is no client ${clientId}, or it has two live keys: revoke one`,
      );
    return key.text;
  }

  async function revoke(clientId: string, keyId: string | null): Promise<string[]> {
    const revoked = await revokeKeys(writes, clientId, keyId);
    if (revoked.length > 0) return revoked;
    throw new ClientRefusal(
      keyId
        ? `${clientId} has no live key ${keyId}`
        : `There is no client ${clientId} with a live key`,
    );
  }

  return { createClient, rotateKey, revoke, list: () => listClients(writes) };
}
