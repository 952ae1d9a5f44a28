import type { Pool } from 'pg';
import type { CacheStats } from '../platform/telemetry/cache-metrics';

/** The store's characteristics: from the name to the id in the legacy contract. */
export type Vocabulary = ReadonlyMap<string, number>;

const LIFETIME_MS = 30_000;

export interface CharacteristicVocabulary {
  /**
   * The characteristics, at most 30 s old, so that a store can add one as a row in `characteristics`
   * without a restart. Rejects when the read fails.
   */
  current(): Promise<Vocabulary>;
  readonly stats: CacheStats;
}

/**
 * Reads the table at most once per LIFETIME_MS, however many callers ask. After a failed read, the
 * next caller reads again.
 */
export function createCharacteristicVocabulary(
  reads: Pool,
  now: () => number,
): CharacteristicVocabulary {
  let loading: Promise<Vocabulary> | undefined;
  let loadedAt = Number.NEGATIVE_INFINITY;
  let size = 0;
  const stats: CacheStats = { hits: 0, misses: 0, entries: () => size };

  function current(): Promise<Vocabulary> {
    if (loading && now() - loadedAt < LIFETIME_MS) {
      stats.hits += 1;
      return loading;
    }
    stats.misses += 1;
    loadedAt = now();
    loading = load();
    return loading;
  }

  async function load(): Promise<Vocabulary> {
    try {
      const found = await findVocabulary(reads);
      size = found.size;
      return found;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  }

  return { current, stats };
}

async function findVocabulary(reads: Pool): Promise<Vocabulary> {
  const { rows } = await reads.query<{ characteristic_id: number; name: string }>(
    'SELECT characteristic_id, name FROM characteristics ORDER BY characteristic_id',
  );
  return new Map(rows.map((row) => [row.name, row.characteristic_id]));
}
