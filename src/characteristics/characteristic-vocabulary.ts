import type { Pool } from 'pg';

/** The store's characteristics: name → the id that the older contract calls it by. */
export type Vocabulary = ReadonlyMap<string, number>;

const LIFETIME_MS = 30_000;

export interface CharacteristicVocabulary {
  /** At most 30 s old: a store adds a characteristic by a row in `characteristics`, without a restart. */
  current(): Promise<Vocabulary>;
}

/** Reads the table at most once per lifetime, however many ask; a read that failed is tried again by the next. */
export function createCharacteristicVocabulary(reads: Pool, now: () => number): CharacteristicVocabulary {
  let loading: Promise<Vocabulary> | undefined;
  let loadedAt = Number.NEGATIVE_INFINITY;

  function current(): Promise<Vocabulary> {
    if (loading && now() - loadedAt < LIFETIME_MS) return loading;
    loadedAt = now();
    loading = findVocabulary(reads).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  return { current };
}

async function findVocabulary(reads: Pool): Promise<Vocabulary> {
  const { rows } = await reads.query<{ characteristic_id: number; name: string }>(
    'SELECT characteristic_id, name FROM characteristics ORDER BY characteristic_id',
  );
  return new Map(rows.map((row) => [row.name, row.characteristic_id]));
}
