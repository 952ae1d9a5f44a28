import type { ClientBase, Pool } from 'pg';

/** A secret that a migration made and all instances share. @throws when no secret has this name */
export async function findSecret(pool: Pool | ClientBase, name: string): Promise<Buffer> {
  const { rows } = await pool.query<{ secret: Buffer }>(
    'SELECT secret FROM server_secrets WHERE name = $1',
    [name],
  );
  const secret = rows[0]?.secret;
  if (!secret) throw new Error(`The table server_secrets has no row "${name}"`);
  return secret;
}
