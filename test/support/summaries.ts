import type { Client } from 'pg';

/** Products whose summary differs from a recount of their reviews, both read in one snapshot. */
export async function findDrift(sql: Client): Promise<unknown[]> {
  const { rows } = await sql.query(`
    SELECT product_id, to_jsonb(s) - 'version' AS kept, to_jsonb(r) AS counted
    FROM product_summaries AS s FULL JOIN product_summaries_recounted AS r USING (product_id)
    WHERE to_jsonb(r) IS DISTINCT FROM to_jsonb(s) - 'version'
      -- A product whose last review went keeps a row of zeros.
      AND NOT (r IS NULL AND s.rating_1 + s.rating_2 + s.rating_3 + s.rating_4 + s.rating_5 = 0
               AND s.recommended_yes + s.recommended_no + s.verified_count + s.photo_count = 0
               AND s.characteristics = '{}')`);
  return rows;
}
