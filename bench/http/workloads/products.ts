import { Client } from 'pg';
import { SeededRandom } from '../../../scripts/shared/seeded-random';

const LARGEST = 20;
const SEED = 20_260_101;

/** The products of a database. */
export interface Products {
  count: number;
  /** All of them are numbers, as the seeder names them. */
  areNumbers: boolean;
  /** The most reviewed, most first. */
  largest: readonly string[];
  /**
   * Products of the whole table at random, all different; fewer if the table has fewer. No call
   * returns a product again before all products had their turn (the last few before the end of a
   * turn may be left out).
   */
  draw(count: number): readonly string[];
}

/** @throws one line when the database holds no reviews */
export async function listProducts(databaseUrl: string): Promise<Products> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const all = await client.query<{ product_id: string }>(
      'SELECT product_id FROM product_summaries ORDER BY product_id',
    );
    if (all.rows.length === 0)
      throw new Error('The database holds no reviews: npm run seed -- --reviews 1M');
    const large = await client.query<{ product_id: string }>(
      `SELECT product_id FROM product_summaries
       ORDER BY rating_1 + rating_2 + rating_3 + rating_4 + rating_5 DESC, product_id LIMIT $1`,
      [LARGEST],
    );
    const ids = all.rows.map((row) => row.product_id);
    return {
      count: ids.length,
      areNumbers: ids.every((id) => /^\d+$/.test(id)),
      largest: large.rows.map((row) => row.product_id),
      draw: createDraws(ids),
    };
  } finally {
    await client.end();
  }
}

/** Shuffles `ids` in place, and anew when fewer than the wanted ones are left. */
export function createDraws(ids: string[]): Products['draw'] {
  const random = new SeededRandom();
  random.restart(SEED, 0);
  let next = ids.length;
  return (count) => {
    if (next + count > ids.length) {
      shuffle(ids, random);
      next = 0;
    }
    const drawn = ids.slice(next, next + count);
    next += drawn.length;
    return drawn;
  };
}

function shuffle(ids: string[], random: SeededRandom): void {
  for (let last = ids.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const kept = ids[last]!;
    ids[last] = ids[other]!;
    ids[other] = kept;
  }
}
