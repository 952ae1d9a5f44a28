import type { QueryArrayConfig, QueryArrayResult } from 'pg';

/** A prepared statement; `name` also labels its metric. */
export interface Statement {
  name: string;
  text: string;
}

/** Rows as arrays of PostgreSQL's own text: what is only passed on needs no parsing. */
export type TextRow = (string | null)[];

/** Whatever answers a statement with such rows: a pool, a client, or several servers (read-replicas.ts). */
export interface TextDatabase {
  query(statement: QueryArrayConfig): Promise<QueryArrayResult<TextRow>>;
}

const asText = { getTypeParser: () => (value: unknown) => value };

export async function queryText(
  db: TextDatabase,
  statement: Statement,
  values: unknown[],
): Promise<TextRow[]> {
  const result = await db.query({
    ...statement,
    values,
    rowMode: 'array',
    types: asText,
  });
  return result.rows;
}
