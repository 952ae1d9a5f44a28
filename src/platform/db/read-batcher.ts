import { type BatcherOptions, createBatcher } from './batcher';
import type { TextDatabase } from './statement';

/**
 * How new the answer to a read must be.
 *
 * `cached`: at most a second old. The instance's caches and replicas may answer.
 * `fresh`: it shows every write that was answered before it. Only the primary answers.
 */
export type Freshness = 'cached' | 'fresh';

/** The database that answers reads of each freshness. */
export type ReadDatabases = Readonly<Record<Freshness, TextDatabase>>;

export interface ReadBatcher<Item, Result> {
  run(item: Item, freshness: Freshness): Promise<Result>;
}

export interface ReadBatcherOptions<Item, Result>
  extends Omit<BatcherOptions<Item, Result>, 'runMany'> {
  databases: ReadDatabases;
  /** One statement for all of `items`; one result per item, in their order. */
  runMany(database: TextDatabase, items: Item[]): Promise<Result[]>;
}

/** One batcher per freshness (batcher.ts), so that a batch goes to one database. */
export function createReadBatcher<Item, Result>({
  databases,
  runMany,
  ...options
}: ReadBatcherOptions<Item, Result>): ReadBatcher<Item, Result> {
  const batcherOf = (database: TextDatabase) =>
    createBatcher({ ...options, runMany: (items: Item[]) => runMany(database, items) });
  const batchers = { cached: batcherOf(databases.cached), fresh: batcherOf(databases.fresh) };
  return { run: (item, freshness) => batchers[freshness].run(item) };
}
