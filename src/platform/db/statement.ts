import type { Pool, PoolClient, QueryArrayResult } from 'pg';

/** A prepared statement; `name` also labels its metric. */
export interface Statement {
  name: string;
  text: string;
}

/** Rows as arrays of PostgreSQL's own text: what is only passed on needs no parsing. */
export type TextRow = (string | null)[];

const asText = { getTypeParser: () => (value: unknown) => value };

export async function queryText(
  db: Pool | PoolClient,
  statement: Statement,
  values: unknown[],
): Promise<TextRow[]> {
  const result: QueryArrayResult<TextRow> = await db.query({
    ...statement,
    values,
    rowMode: 'array',
    types: asText,
  });
  return result.rows;
}
