import type { BenchOptions, ContenderName } from '../bench-options';
import type { HttpContender } from './contender';
import { databaseOfCheckout } from './other-checkout';
import { type Server, startContender } from './start-contender';
import { copyReviewsForTextbook } from './textbook-table';

/**
 * Starts the servers that take part, in the order of the table. Adds each to `started` at once, so
 * that the caller can stop them when a later one does not start.
 */
export async function startServers(
  options: BenchOptions,
  databaseUrl: string,
  folder: string,
  started: HttpContender[],
): Promise<void> {
  const { contenders, instances, compare, compareDatabase, textbookPool } = options;
  const pool = { POOL_SIZE: `${textbookPool}` };
  const prepared = { ...pool, PREPARED: '1' };
  const own = { databaseUrl, folder };
  const servers: Partial<Record<ContenderName, Omit<Server, 'instances'>>> = {
    textbook: { ...own, kind: 'textbook', environment: pool },
    prepared: { ...own, kind: 'textbook', label: 'textbook prepared', environment: prepared },
    starling: { ...own, kind: 'starling' },
    memory: { ...own, kind: 'memory' },
  };
  if (compare !== null && contenders.includes('before'))
    servers.before = {
      ...own,
      kind: 'starling',
      label: 'starling before',
      databaseUrl: await databaseOfCheckout(compare, databaseUrl, compareDatabase),
      checkout: compare,
    };
  if (contenders.includes('textbook') || contenders.includes('prepared'))
    await copyReviewsForTextbook(databaseUrl);
  for (const count of instances) {
    for (const name of contenders) {
      const server = servers[name];
      if (server) started.push(await startContender({ ...server, instances: count }));
    }
  }
}
