import { Client } from 'pg';
import type { Facts } from '../../shared/machine';
import { TEXTBOOK_TABLE } from '../contenders/textbook-table';

/** Reviews and segments, and the bytes per review with all indexes, of both tables. */
export async function describeSizes(databaseUrl: string): Promise<Facts> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const [starling] = (await client.query<Sizes>(SIZES, ['public.reviews'])).rows;
    const [textbook] = (await client.query<Sizes>(SIZES, [TEXTBOOK_TABLE])).rows;
    const { rows } = await client.query<{ gb: string }>(
      "SELECT round(pg_total_relation_size('product_pages') / 1e9, 2) AS gb",
    );
    return {
      reviews: starling!.reviews,
      segments: starling!.segments,
      bytesPerReview: describe(starling!),
      ...(textbook!.segments > 0 && { bytesPerReviewTextbook: describe(textbook!) }),
      storedPagesGb: rows[0]!.gb,
    };
  } finally {
    await client.end();
  }
}

interface Sizes {
  reviews: number;
  segments: number;
  rowBytes: number;
  indexBytes: number;
}

/** Reviews by PostgreSQL's statistics. A table that does not exist has no segments. */
const SIZES = `
  SELECT coalesce(sum(greatest(reltuples, 0)), 0)::float8 AS reviews,
         count(*)::integer AS segments,
         coalesce(sum(pg_table_size(oid)), 0)::float8 AS "rowBytes",
         coalesce(sum(pg_indexes_size(oid)), 0)::float8 AS "indexBytes"
  FROM pg_class JOIN pg_inherits ON inhrelid = oid
  WHERE inhparent = to_regclass($1)`;

function describe({ reviews, rowBytes, indexBytes }: Sizes): string {
  const each = (bytes: number) => Math.round(bytes / Math.max(reviews, 1));
  return `${each(rowBytes + indexBytes)} (rows ${each(rowBytes)}, indexes ${each(indexBytes)})`;
}
