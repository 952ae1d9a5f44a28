import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { UserError } from '../../../scripts/command/user-error';
import { requireDatabase } from '../../../scripts/local/own-database';
import { packageRoot } from '../../../src/platform/package-root';

/** Starling's two contenders and the textbook's, with six instances each, all up at once. */
const CONNECTIONS_MIN = 150;

/**
 * The database that the service of another checkout runs on: the same one if both trees have the
 * same migrations, else the one that was given, which must hold the same products.
 *
 * @throws UserError when the tree is not built, or the database does not fit
 */
export async function databaseOfCheckout(
  checkout: string,
  databaseUrl: string,
  given: string | null,
): Promise<string> {
  if (!existsSync(path.join(checkout, 'dist', 'src', 'main.js')))
    throw new UserError(`--compare ${checkout}: it is not built; run npm run setup there`);
  const url = given ?? databaseUrl;
  if (given === null && migrationsOf(checkout) !== migrationsOf(packageRoot))
    throw new UserError(
      `--compare ${checkout}: its migrations are others than this tree's; give it a database of its own that its npm run seed filled (--compare-database)`,
    );
  await requireDatabase(url);
  if (given !== null && (await countProducts(given)) !== (await countProducts(databaseUrl)))
    throw new UserError('--compare-database: it holds other products than the first database');
  const connections = await connectionsOf(url);
  if (connections < CONNECTIONS_MIN)
    throw new UserError(
      `--compare: the server allows ${connections} connections, and ${CONNECTIONS_MIN} are needed (max_connections)`,
    );
  return url;
}

function migrationsOf(checkout: string): string {
  const folder = path.join(checkout, 'migrations');
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names
    .sort()
    .map((name) => `${name}\n${readFileSync(path.join(folder, name), 'utf8')}`)
    .join('\n');
}

function countProducts(databaseUrl: string): Promise<number> {
  return numberFrom(databaseUrl, 'SELECT count(*)::integer AS value FROM product_summaries');
}

function connectionsOf(databaseUrl: string): Promise<number> {
  return numberFrom(databaseUrl, "SELECT current_setting('max_connections')::integer AS value");
}

async function numberFrom(databaseUrl: string, statement: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<{ value: number }>(statement)).rows[0]!.value;
  } finally {
    await client.end();
  }
}
