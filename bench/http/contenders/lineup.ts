import type { BenchOptions, ContenderName } from '../bench-options';
import type { BenchRequest } from '../load/load-types';
import type { Plan } from '../measure/rounds';
import type { HttpContender } from './contender';
import { databaseOfCheckout } from './other-checkout';
import { type Server, startContender } from './start-contender';
import { chooseTextbookPool, type TextbookPool } from './textbook-pool';
import { copyReviewsForTextbook } from './textbook-table';

/** A quick run does not measure the pool's size. */
const QUICK_POOL = 10;

export interface Lineup {
  /** In the order of the table. Grows as they start: all of them are to be stopped. */
  servers: HttpContender[];
  /** The textbook's pool, by the number of its instances. */
  pools: Map<number, TextbookPool>;
}

/**
 * Copies the textbook's table if it takes part, chooses its pools with `firstPages`, and starts the
 * servers. Adds each to `lineup` at once, so that the caller can stop them when a later one does
 * not start.
 */
export async function startServers(
  options: BenchOptions,
  databaseUrl: string,
  folder: string,
  plan: Plan,
  firstPages: readonly BenchRequest[],
  { servers, pools }: Lineup,
): Promise<void> {
  const { contenders, instances, compare, compareDatabase } = options;
  const beforeUrl =
    compare !== null && contenders.includes('before')
      ? await databaseOfCheckout(compare, databaseUrl, compareDatabase)
      : null;
  if (contenders.includes('textbook') || contenders.includes('prepared')) {
    await copyReviewsForTextbook(databaseUrl);
    for (const count of instances) {
      const given = options.textbookPool ?? (options.quick ? QUICK_POOL : null);
      const pool = given
        ? { size: given, reason: `${given} (not measured)` }
        : await chooseTextbookPool(count, databaseUrl, folder, firstPages, plan);
      pools.set(count, pool);
    }
  }
  for (const count of instances) {
    const own = { databaseUrl, folder, instances: count };
    const pool = { POOL_SIZE: `${pools.get(count)?.size}` };
    const prepared = { ...pool, PREPARED: '1' };
    const available: Partial<Record<ContenderName, Server>> = {
      textbook: { ...own, kind: 'textbook', environment: pool },
      prepared: { ...own, kind: 'textbook', label: 'textbook prepared', environment: prepared },
      starling: { ...own, kind: 'starling' },
      memory: { ...own, kind: 'memory' },
    };
    if (compare !== null && beforeUrl !== null)
      available.before = {
        ...own,
        kind: 'starling',
        label: 'starling before',
        databaseUrl: beforeUrl,
        checkout: compare,
      };
    for (const name of contenders) {
      const server = available[name];
      if (server) servers.push(await startContender(server));
    }
  }
}
