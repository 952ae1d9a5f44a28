import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../../scripts/command/user-error';
import { requireDatabase } from '../../../scripts/local/own-database';
import { queryOnce } from '../../../scripts/shared/single-query';
import { packageRoot } from '../../../src/platform/package-root';
import { connectionsMax } from './textbook-pool';

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
  const connections = await connectionsMax(url);
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

async function countProducts(databaseUrl: string): Promise<number> {
  const [row] = await queryOnce<{ products: number }>(
    databaseUrl,
    'SELECT count(*)::integer AS products FROM product_summaries',
  );
  return row!.products;
}
