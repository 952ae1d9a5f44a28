/** A prepared statement; `name` also labels its metric. */
export interface Statement {
  name: string;
  text: string;
}

/** Rows as arrays of PostgreSQL's own text: what is only passed on needs no parsing. */
export type TextRow = (string | null)[];

/** A parameter of a statement, or the elements of one that is an array. */
export type Value = string | number | boolean | null;

/** Whatever answers a statement with such rows: connections to one server, or to several (read-replicas.ts). */
export interface TextDatabase {
  queryText(statement: Statement, values: readonly (Value | readonly Value[])[]): Promise<TextRow[]>;
}
