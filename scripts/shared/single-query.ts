import { Client, type QueryResultRow } from 'pg';

/** One statement on a connection of its own. @returns its rows. @throws pg's error */
export async function queryOnce<Row extends QueryResultRow>(
  databaseUrl: string,
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}
