import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { createClientKeys } from '../../src/clients/client-key';
import { type ClientRegister, createClientRegister } from '../../src/clients/client-service';
import { findSecret } from '../../src/platform/db/secret-repository';

export interface WriteKey {
  key: string;
  revoke(): Promise<void>;
}

/**
 * Creates an API client with the scope `write` and returns its key. The benchmark writes as the
 * store's own server does: all load comes from one address, and without a key the thirty-first
 * review of an address waits for a moderator.
 */
export async function makeWriteKey(databaseUrl: string): Promise<WriteKey> {
  const clientId = `bench-${randomBytes(4).toString('hex')}`;
  const key = await withRegister(databaseUrl, (register) =>
    register.createClient(clientId, ['write']),
  );
  return {
    key,
    revoke: () =>
      withRegister(databaseUrl, async (register) => void (await register.revoke(clientId, null))),
  };
}

async function withRegister<Result>(
  databaseUrl: string,
  work: (register: ClientRegister) => Promise<Result>,
): Promise<Result> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  try {
    return await work(
      createClientRegister(pool, createClientKeys(await findSecret(pool, 'client-keys'))),
    );
  } finally {
    await pool.end();
  }
}
